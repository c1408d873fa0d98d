package convnet.array;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** ReLU and its way back, a vector at a time, and which columns of a matrix are not zero. */
public final class Elementwise {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final VectorSpecies<Integer> I = IntVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final int GROUP = Integer.SIZE * L;

  private Elementwise() {}

  /** Whether no number is NaN or infinite: zero times any other is zero. */
  public static boolean finite(float[] x) {
    FloatVector sum = FloatVector.zero(S);
    int whole = x.length / L * L;
    for (int i = 0; i < whole; i += L) {
      sum = sum.add(FloatVector.fromArray(S, x, i).mul(0f));
    }
    float rest = 0;
    for (int i = whole; i < x.length; i++) {
      rest += x[i] * 0f;
    }
    return rest == 0 && sum.compare(VectorOperators.EQ, 0f).allTrue();
  }

  /** {@code sums[si + i] += |x[xi + i]|}. */
  static void addAbs(float[] x, int xi, float[] sums, int si, int size) {
    int whole = size / L * L;
    for (int i = 0; i < whole; i += L) {
      FloatVector.fromArray(S, sums, si + i)
          .add(FloatVector.fromArray(S, x, xi + i).abs())
          .intoArray(sums, si + i);
    }
    for (int i = whole; i < size; i++) {
      sums[si + i] += Math.abs(x[xi + i]);
    }
  }

  /** {@code sums[si + j] +=} the sum of column j of x, its rows in order. */
  public static void addRows(Matrix x, float[] sums, int si) {
    int whole = x.cols() / L * L;
    for (int j = 0; j < whole; j += L) {
      FloatVector sum = FloatVector.fromArray(S, sums, si + j);
      for (int i = 0; i < x.rows(); i++) {
        sum = sum.add(FloatVector.fromArray(S, x.data(), x.row(i) + j));
      }
      sum.intoArray(sums, si + j);
    }
    for (int i = 0; i < x.rows(); i++) {
      for (int j = whole; j < x.cols(); j++) {
        sums[si + j] += x.data()[x.row(i) + j];
      }
    }
  }

  /**
   * How many words {@link #relu} needs to remember so many numbers. Lane l of a group's L words has
   * the bits of numbers {@code l, L + l, 2 L + l, ...}; one more word has those of the last
   * numbers.
   */
  public static int words(int size) {
    return size / GROUP * L + L + 1;
  }

  /**
   * {@code out = x <= 0 ? 0 : x}, and remembers with one bit a number whether it passed. NaN
   * passes.
   *
   * @param passes receives the bits from word {@code pi} on, {@link #words} of them
   */
  public static void relu(float[] x, int xi, float[] out, int oi, int size, int[] passes, int pi) {
    int i = 0;
    for (; i + L <= size; pi += L) {
      IntVector bits = IntVector.zero(I);
      int bit = 1;
      for (int end = Math.min(size - L, i + GROUP - L); i <= end; i += L, bit <<= 1) {
        // As whole numbers, zero and less are 0 and what is not above minus infinity; the NaNs
        // with a sign are above it.
        IntVector v = FloatVector.fromArray(S, x, xi + i).reinterpretAsInts();
        VectorMask<Integer> zero =
            v.compare(VectorOperators.LE, MINUS_INFINITY).or(v.compare(VectorOperators.EQ, 0));
        v.blend(0, zero).reinterpretAsFloats().intoArray(out, oi + i);
        bits = bits.or(IntVector.broadcast(I, bit).blend(0, zero));
      }
      bits.intoArray(passes, pi);
    }
    int word = 0;
    for (; i < size; i++) {
      boolean zero = x[xi + i] <= 0; // false for NaN
      out[oi + i] = zero ? 0 : x[xi + i];
      word |= (zero ? 0 : 1) << i;
    }
    passes[pi] = word;
  }

  private static final int MINUS_INFINITY = Float.floatToIntBits(Float.NEGATIVE_INFINITY);

  /** {@code dx = dout} where {@link #relu} let x pass, elsewhere 0. */
  public static void keep(
      int[] passes, int pi, float[] dout, int di, float[] dx, int xi, int size) {
    int i = 0;
    for (; i + L <= size; pi += L) {
      IntVector bits = IntVector.fromArray(I, passes, pi);
      int bit = 1;
      for (int end = Math.min(size - L, i + GROUP - L); i <= end; i += L, bit <<= 1) {
        IntVector v = FloatVector.fromArray(S, dout, di + i).reinterpretAsInts();
        VectorMask<Integer> zero = bits.and(bit).compare(VectorOperators.EQ, 0);
        v.blend(0, zero).reinterpretAsFloats().intoArray(dx, xi + i);
      }
    }
    for (; i < size; i++) {
      dx[xi + i] = (passes[pi] >>> i & 1) != 0 ? dout[di + i] : 0;
    }
  }
}
