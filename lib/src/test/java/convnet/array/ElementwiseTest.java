package convnet.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Every loop against its definition, at lengths around every vector and group size. */
@EnabledIf("convnet.array.Engines#vector")
class ElementwiseTest {
  private static final int[] SIZES = {1, 7, 8, 15, 16, 17, 31, 33, 100, 511, 512, 513, 1100};
  private static final float[] ODD = {
    0f,
    -0f,
    Float.NaN,
    Float.intBitsToFloat(0xffc00001), // a NaN with a sign
    Float.POSITIVE_INFINITY,
    Float.NEGATIVE_INFINITY,
    Float.MIN_VALUE,
    -Float.MIN_VALUE,
    1f,
    -1f
  };

  /** Normal numbers, every fifth something odd. */
  private static float[] values(Random random, int size, boolean odd) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] =
          odd && random.nextInt(5) == 0
              ? ODD[random.nextInt(ODD.length)]
              : (float) random.nextGaussian();
    }
    return values;
  }

  private static int[] bits(float[] values) {
    int[] bits = new int[values.length];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = Float.floatToIntBits(values[i]);
    }
    return bits;
  }

  @Test
  void reluPassesWhatIsNotZeroOrLess() {
    Random random = new Random(1);
    for (int size : SIZES) {
      float[] x = values(random, size + 5, true);
      float[] dout = values(random, size + 2, true);
      float[] out = values(random, size + 3, true);
      float[] dx = values(random, size + 4, true);
      int[] passes = new int[2 + Elementwise.words(size)];
      Elementwise.relu(x, 5, out, 3, size, passes, 2);
      Elementwise.keep(passes, 2, dout, 2, dx, 4, size);
      assertEquals(0, passes[1]);
      for (int i = 0; i < size; i++) {
        boolean zero = x[5 + i] <= 0;
        assertEquals(zero ? 0 : x[5 + i], out[3 + i]);
        assertEquals(zero ? 0 : dout[2 + i], dx[4 + i]);
      }
    }
  }

  @Test
  void maxPoolTakesTheFirstLargestAndTheLastNaN() {
    Random random = new Random(2);
    for (boolean odd : new boolean[] {false, true}) {
      for (int C : new int[] {1, 3, 4, 7, 8, 15, 16, 17, 30, 64}) {
        for (int count : new int[] {1, 2, 4, 9}) {
          float[] x = values(random, 3 + 20 * C, odd);
          for (int i = 0; i < x.length; i += 3) {
            x[i] = Math.round(x[i]); // ties
          }
          int[] pixels = random.ints(0, 20).distinct().limit(count).map(i -> i * C).toArray();
          float[] out = new float[C + 2];
          int[] where = new int[C + 3];
          MaxPool.forward(x, 3, C, pixels, out, 1, where, 2);
          for (int c = 0; c < C; c++) {
            int best = pixels[0] + c;
            for (int pixel : pixels) {
              float v = x[3 + pixel + c];
              best = v > x[3 + best] || Float.isNaN(v) ? pixel + c : best;
            }
            assertEquals(best, where[2 + c], C + " channels");
            assertEquals(bits(x)[3 + best], bits(out)[1 + c], C + " channels");
          }
          assertEquals(0, out[0] + out[C + 1] + where[1] + where[C + 2], "beside them");
        }
      }
    }
  }

  @Test
  void copyTouchesOnlyItsRectangle() {
    Random random = new Random(3);
    for (int cols : new int[] {1, 5, 8, 15, 16, 17, 24, 33, 63, 64, 65, 200}) {
      float[] from = values(random, 7 * 210, true);
      float[] to = new float[7 * 205];
      Copies.rectangle(from, 4, 210, to, 3, 205, 6, cols);
      for (int r = 0; r < 7; r++) {
        for (int c = 0; c < 205; c++) {
          boolean inside = r < 6 && c >= 3 && c < 3 + cols;
          assertEquals(inside ? from[r * 210 + c + 1] : 0f, to[r * 205 + c]);
        }
      }
    }
  }

  @Test
  void addRowsAddsUpColumnByColumn() {
    Random random = new Random(5);
    for (int cols : new int[] {1, 5, 8, 15, 16, 17, 31, 33, 65}) {
      Matrix x = Matrix.of(values(random, 4 + 7 * 80, false), 4, 7, 80).cols(2, 2 + cols);
      float[] before = values(random, cols + 5, false);
      float[] sums = before.clone();
      Elementwise.addRows(x, sums, 3);
      for (int j = 0; j < sums.length; j++) {
        float expected = before[j];
        for (int i = 0; i < 7 && j >= 3 && j < 3 + cols; i++) {
          expected += x.data()[x.row(i) + j - 3];
        }
        assertEquals(expected, sums[j]);
      }
    }
  }

  @Test
  void addAbsAddsWhateverTheSign() {
    Random random = new Random(6);
    for (int size : SIZES) {
      float[] x = values(random, size + 5, true);
      float[] before = values(random, size + 4, false);
      float[] sums = before.clone();
      Elementwise.addAbs(x, 5, sums, 3, size);
      for (int i = 0; i < sums.length; i++) {
        boolean inside = i >= 3 && i < 3 + size;
        assertEquals(before[i] + (inside ? Math.abs(x[i + 2]) : 0f), sums[i]);
      }
    }
  }

  @Test
  void finiteFindsTheOneThatIsNot() {
    Random random = new Random(8);
    for (int size : SIZES) {
      float[] x = values(random, size, false);
      assertTrue(Elementwise.finite(x));
      for (float odd : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
        int place = random.nextInt(size);
        float before = x[place];
        x[place] = odd;
        assertFalse(Elementwise.finite(x), odd + " at " + place + " of " + size);
        x[place] = before;
      }
    }
  }

  @Test
  void copyRunsLaysRunsSideBySide() {
    float[] from = values(new Random(9), 400 + Copies.SLACK, false);
    int[] start = {0, 37, 120};
    int[] source = {3, 60, 100};
    for (int length : new int[] {1, 5, 15, 16, 17, 33, 40}) {
      int step = 3 * length + 2;
      float[] to = new float[3 * step + Copies.SLACK];
      Copies.runs(from, start, source, length, to, step);
      for (int r = 0; r < 3; r++) {
        for (int i = 0; i < 3 * length; i++) {
          assertEquals(from[start[r] + source[i / length] + i % length], to[r * step + i]);
        }
      }
    }
  }

  @Test
  void addRunsBringsThemBackAndTouchesNothingElse() {
    Random random = new Random(10);
    for (int length : new int[] {1, 3, 8, 15, 16, 17, 30, 33}) {
      int[] start = {0, 5, 90};
      int[] source = {3, 100};
      float[] from = values(random, 3 * 2 * length + Copies.SLACK, false);
      float[] before = values(random, 230 + Copies.SLACK, false);
      float[] to = before.clone();
      Copies.addRuns(from, 2 * length, to, start, source, length);
      float[] expected = before.clone();
      for (int i = 0; i < 3 * 2 * length; i++) {
        int r = i / (2 * length);
        int k = i / length % 2;
        expected[start[r] + source[k] + i % length] += from[i];
      }
      assertArrayEquals(expected, to);
    }
  }
}
