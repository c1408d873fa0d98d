package convnet.array;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Both ways against the definition, in whole numbers, so that no sum is rounded. */
@EnabledIf("convnet.array.Engines#vector")
class PooledProductTest {
  private static final int LINE = PooledProduct.PANEL + 3;

  private static float[] integers(Random random, int size) {
    float[] values = new float[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextInt(7) - 3;
    }
    return values;
  }

  @Test
  void forwardFindsTheFirstLargestOfFour() {
    Random random = new Random(1);
    for (int FN : new int[] {1, 3, 4}) {
      for (int row : new int[] {2, 6}) {
        for (int[] pixels : new int[][] {{0}, {0, row}, {0, 1, row, 2 * row + 1, 4 * row}}) {
          int[] upper = IntStream.of(pixels).map(j -> j * LINE).toArray();
          int[] lower = IntStream.of(pixels).map(j -> (j + row) * LINE).toArray();
          PooledProduct product = new PooledProduct(FN, upper, lower, LINE, row);
          forward(product, random, FN, row, pixels, false);
          forward(product, random, FN, row, pixels, true);
        }
      }
    }
  }

  private static void forward(
      PooledProduct product, Random random, int FN, int row, int[] pixels, boolean odd) {
    int K = pixels.length;
    int panel = PooledProduct.PANEL;
    int filters = PooledProduct.filledUp(FN);
    int size = pixels[K - 1] + row + 2;
    float[] W = integers(random, PooledProduct.weight(filters, 0, K));
    float[] b = integers(random, filters);
    float[] lines = integers(random, size * LINE); // of each number of a patch one
    if (odd) {
      lines[random.nextInt(lines.length)] = Float.NaN;
    }
    int step = panel + 2;
    float[] out = new float[1 + FN * step];
    int[] where = new int[3 + FN * step];
    float[] scratch = new float[4 * filters * panel];
    product.forward(W, b, lines, 2, scratch, out, 1, where, 3, step);
    int[] shifts = {0, 1, row, row + 1};
    for (int f = 0; f < FN; f++) {
      for (int p = 0; p < panel; p++) {
        float best = Float.NEGATIVE_INFINITY;
        int won = 0;
        for (int shift : shifts) {
          float sum = b[f];
          for (int k = 0; k < K; k++) {
            sum += W[PooledProduct.weight(f, k, K)] * lines[(pixels[k] + shift) * LINE + 2 + p];
          }
          if (sum > best || Float.isNaN(sum)) {
            best = sum;
            won = shift;
          }
        }
        assertEquals(best <= 0 ? 0 : best, out[1 + f * step + p]);
        assertEquals(best <= 0 ? PooledProduct.BLOCKED : won, where[3 + f * step + p]);
      }
    }
  }

  @Test
  void passKeepsWhatWasNotBlocked() {
    Random random = new Random(2);
    PooledGradient gradient = PooledGradient.of(new int[] {0});
    for (int P : new int[] {1, 8, 15, 16, 17, 33, 144}) {
      float[] dout = integers(random, P + 2);
      int[] where = new int[P + 3];
      for (int i = 0; i < where.length; i++) {
        where[i] = random.nextInt(3) == 0 ? PooledProduct.BLOCKED : random.nextInt(8);
      }
      float[] passed = new float[P + 1];
      int[] shifts = new int[P + 1];
      float sum = gradient.pass(dout, 2, where, 3, P, passed, shifts, 1);
      float expected = 0;
      for (int p = 0; p < P; p++) {
        boolean blocked = where[3 + p] == PooledProduct.BLOCKED;
        assertEquals(blocked ? 0 : dout[2 + p], passed[1 + p]);
        assertEquals(blocked ? 0 : where[3 + p], shifts[1 + p]);
        expected += passed[1 + p];
      }
      assertEquals(expected, sum);
    }
  }

  @Test
  void passesUnlessAllIsBlocked() {
    PooledGradient gradient = PooledGradient.of(new int[] {0});
    for (int P : new int[] {1, 15, 16, 17, 33, 144}) {
      int[] where = new int[2 + P + Copies.SLACK]; // before them something passes
      Arrays.fill(where, 2, where.length, PooledProduct.BLOCKED);
      assertFalse(gradient.passes(where, 2, P));
      for (int p = 2; p < 2 + P; p++) {
        where[p] = 7;
        assertTrue(gradient.passes(where, 2, P));
        where[p] = PooledProduct.BLOCKED;
      }
    }
  }

  @Test
  void gradientAddsUpTheWindowsThatWon() {
    Random random = new Random(3);
    int[] filters = {7, 0, 3, 1, 8, 4}; // of nine
    int P = 11;
    for (int span : new int[] {1, 29, 70}) {
      PooledGradient gradient = PooledGradient.of(new int[] {0, span - 1});
      int size = span + 8;
      float[] dout = integers(random, filters.length * P);
      int[] shifts = new int[filters.length * P];
      for (int i = 0; i < shifts.length; i++) {
        shifts[i] = random.nextInt(8);
      }
      int stride = gradient.stride();
      float[] patches = integers(random, P * size + stride);
      float[] sums = new float[9 * stride];
      float[] expected = new float[9 * span];
      for (int twice = 0; twice < 2; twice++) {
        gradient.gradient(filters, filters.length, dout, shifts, P, patches, size, sums);
        for (int r = 0; r < filters.length; r++) {
          for (int p = 0; p < P; p++) {
            for (int j = 0; j < span; j++) {
              expected[filters[r] * span + j] +=
                  dout[r * P + p] * patches[p * size + shifts[r * P + p] + j];
            }
          }
        }
      }
      float[] found = new float[9 * span];
      for (int f = 0; f < 9; f++) {
        System.arraycopy(sums, f * stride, found, f * span, span);
      }
      assertArrayEquals(expected, found);
    }
  }
}
