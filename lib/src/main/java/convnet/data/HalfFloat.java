package convnet.data;

/**
 * Numbers in two bytes (IEEE 754 binary16): ten binary digits behind the first, up to 65504. (Java
 * has its own from JDK 20 on.)
 */
public final class HalfFloat {
  /** The largest. */
  public static final float MAX = 65504;

  private HalfFloat() {}

  /**
   * The nearest half float's bits, of two equally near the even one's.
   *
   * @throws IllegalArgumentException if the number is NaN or beyond {@link #MAX}
   */
  public static short bits(float v) {
    float size = Math.abs(v);
    if (!(size <= MAX)) {
      throw new IllegalArgumentException(
          "HalfFloat: expected a number from -65504 to 65504, got " + v);
    }
    int exponent = Math.max(-14, Math.getExponent(size)); // below 2^-14 the steps stay as they are
    int steps = (int) Math.rint(Math.scalb(size, 10 - exponent));
    int sign = Float.floatToRawIntBits(v) >>> 16 & 0x8000;
    return (short) (sign | steps + (exponent + 14 << 10));
  }

  /** The number that some bits stand for. */
  public static float value(short bits) {
    int sign = (bits & 0x8000) == 0 ? 1 : -1;
    int exponent = bits >> 10 & 31;
    int fraction = bits & 1023;
    if (exponent == 31) {
      return fraction == 0 ? sign * Float.POSITIVE_INFINITY : Float.NaN;
    }
    return exponent == 0
        ? sign * Math.scalb((float) fraction, -24)
        : sign * Math.scalb(1024f + fraction, exponent - 25);
  }
}
