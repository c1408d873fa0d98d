package convnet.data;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class HalfFloatTest {
  @Test
  void everyHalfFloatComesBack() {
    int finite = 0;
    for (int bits = 0; bits < 1 << 16; bits++) {
      float value = HalfFloat.value((short) bits);
      if (Math.abs(value) <= HalfFloat.MAX) {
        assertEquals((short) bits, HalfFloat.bits(value), "" + value);
        finite++;
      }
    }
    assertEquals(2 * 31 * 1024, finite);
  }

  @Test
  void theNearestIsTaken() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int i = 0; i < 100_000; i++) {
      float v = (float) (random.nextGaussian() * Math.pow(2, random.nextInt(40) - 26));
      if (Math.abs(v) > HalfFloat.MAX) {
        continue;
      }
      short bits = HalfFloat.bits(v);
      double error = Math.abs((double) v - HalfFloat.value(bits));
      for (int next = -1; next <= 1; next += 2) {
        float neighbour = HalfFloat.value((short) (bits + next));
        double other = Math.abs((double) v - neighbour);
        boolean even = (bits & 1) == 0;
        boolean nearest = Float.isNaN(neighbour) || (even ? error <= other : error < other);
        assertTrue(nearest, v + ", seed " + seed);
      }
    }
    assertEquals(0x3c00, HalfFloat.bits(1 + 0x1p-11f)); // halfway, to the even one
    assertEquals(0x3c02, HalfFloat.bits(1 + 3 * 0x1p-11f));
    assertEquals(1, HalfFloat.bits(0x1p-24f)); // the smallest
    assertEquals(0, HalfFloat.bits(0x1p-25f));
    assertEquals((short) 0x8000, HalfFloat.bits(-0f));
  }

  @Test
  void whatItCannotHoldIsRefused() {
    refused(
        "HalfFloat: expected a number from -65504 to 65504, got 65505.0",
        () -> HalfFloat.bits(65505));
    refused(
        "HalfFloat: expected a number from -65504 to 65504, got NaN",
        () -> HalfFloat.bits(Float.NaN));
  }
}
