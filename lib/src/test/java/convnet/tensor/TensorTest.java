package convnet.tensor;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import convnet.array.Parallel;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TensorTest {
  @Test
  void factoriesSayWhoOwnsTheArray() {
    float[] array = {1, 2};
    Tensor shared = Tensor.wrap(array, 2);
    array[0] = 7;
    assertEquals(7, shared.get(0));
    double[] values = {1, 2};
    Tensor copied = Tensor.copyOf(values, 2);
    values[0] = 7;
    assertEquals(1, copied.get(0));
  }

  @Test
  void theSameSeedGivesTheSameTensor() {
    Tensor a = Tensor.randn(new Random(3), 100, 100);
    assertEquals(0, a.maxAbsDiff(Tensor.randn(new Random(3), 100, 100)));
    assertTrue(a.maxAbsDiff(Tensor.randn(new Random(4), 100, 100)) > 0);
    assertEquals(0, a.sum() / a.size(), 0.03);
    assertEquals(1, a.mul(a).sum() / a.size(), 0.05);
  }

  @Test
  void operationsReturnFreshTensors() {
    Tensor a = Tensor.arange(2, 3);
    for (Tensor b :
        new Tensor[] {
          a.reshape(3, 2), a.transpose(0, 1), a.rows(0, 2), a.pad(0), a.copy(), a.mul(1)
        }) {
      b.array()[0] = 99;
    }
    assertEquals(0, a.get(0, 0));
  }

  @Test
  void reshape() {
    assertEquals(Shape.of(4, 6), Tensor.zeros(2, 3, 4).reshape(4, -1).shape());
    assertEquals(Shape.of(24), Tensor.zeros(2, 3, 4).reshape(-1).shape());
    refused(
        "reshape: the 24 values of (2, 3, 4) do not fill [5, -1]",
        () -> Tensor.zeros(2, 3, 4).reshape(5, -1));
    refused(
        "reshape: the 24 values of (2, 3, 4) do not fill [-1, -1]",
        () -> Tensor.zeros(2, 3, 4).reshape(-1, -1));
  }

  @Test
  void transposeMovesEveryElement() {
    Tensor a = Tensor.arange(2, 3, 4, 5);
    Tensor b = a.transpose(0, 3, 1, 2);
    assertEquals(Shape.of(2, 5, 3, 4), b.shape());
    for (int i = 0; i < 2; i++) {
      for (int j = 0; j < 3; j++) {
        for (int k = 0; k < 4; k++) {
          for (int l = 0; l < 5; l++) {
            assertEquals(a.get(i, j, k, l), b.get(i, l, j, k));
          }
        }
      }
    }
    assertEquals(Shape.of(5, 4, 3, 2), a.transpose().shape());
    refused(
        "transpose: axes [0, 0] do not name each of the 2 axes of (2, 3) once",
        () -> Tensor.zeros(2, 3).transpose(0, 0));
  }

  @Test
  void dot() {
    Tensor a = Tensor.copyOf(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);
    Tensor b = Tensor.copyOf(new double[] {1, 0, 0, 1, 1, 1}, 3, 2);
    assertArrayEquals(new float[] {4, 5, 10, 11}, a.dot(b).array());
    refused("dot: (2, 3) . (2, 3) does not fit, expected (m, k) . (k, n)", () -> a.dot(a));
  }

  @Test
  void elementwiseWithABiasAlongTheLastAxes() {
    Tensor a = Tensor.arange(2, 3);
    assertArrayEquals(new float[] {10, 21, 32, 13, 24, 35}, a.add(Tensor.of(10, 20, 30)).array());
    assertArrayEquals(new float[6], a.sub(a).array());
    assertArrayEquals(new float[] {0, 1, 4, 9, 16, 25}, a.mul(a).array());
    refused(
        "add: (2,) does not fit (2, 3), expected the same shape or its last axes",
        () -> a.add(Tensor.of(1, 2)));
  }

  @Test
  void reductions() {
    Tensor a = Tensor.copyOf(new double[] {1, 5, 2, 7, 0, 7}, 2, 3);
    assertEquals(22, a.sum());
    assertArrayEquals(new float[] {8, 5, 9}, a.sum(0).array());
    assertArrayEquals(new float[] {8, 14}, a.sum(1).array());
    assertArrayEquals(new float[] {7, 5, 7}, a.max(0).array());
    assertArrayEquals(new float[] {1, 0}, a.argmax(-1).array());
    assertEquals(Shape.of(2, 4), Tensor.zeros(2, 3, 4).sum(1).shape());
    Tensor nan = Tensor.of(1, Double.NaN, 3);
    assertTrue(Float.isNaN(nan.max(0).get()));
    assertEquals(1, nan.argmax(0).get());
    refused("sum: shape (2, 3) has 2 axes, none is 2", () -> a.sum(2));
  }

  @Test
  void theFirstOfEqualsIsTheLargestAndNaNBeforeAll() {
    Tensor x = Tensor.of(-0.0, 0, -1, Double.NEGATIVE_INFINITY, 2, 2).reshape(3, 2);
    assertEquals(0, x.reshape(6).rows(0, 3).argmax(0).get());
    assertArrayEquals(new float[] {0, 0, 0}, x.argmax(1).array());
    assertArrayEquals(new float[] {2, 2}, x.max(0).array());
    double no = Double.NEGATIVE_INFINITY;
    assertEquals(0, Tensor.of(no, no).argmax(0).get());
    assertEquals(1, Tensor.of(5, Double.NaN, Double.NaN, 7).argmax(0).get());
    Tensor middle = Tensor.arange(2, 3, 2).argmax(1);
    assertEquals("(2, 2)", middle.shape().toString());
    assertArrayEquals(new float[] {2, 2, 2, 2}, middle.array());
  }

  @Test
  void pickTakesOneOfEachRow() {
    Tensor x = Tensor.arange(3, 4);
    assertArrayEquals(new float[] {1, 4, 11}, x.pick(Tensor.of(1, 0, 3)).array());
    assertArrayEquals(x.max(1).array(), x.pick(x.argmax(1)).array());
    refused(
        "pick: (2,) does not fit (3, 4), expected (m,) and (m, n)", () -> x.pick(Tensor.of(0, 1)));
  }

  @Test
  void masks() {
    double no = Double.NEGATIVE_INFINITY;
    Tensor x = Tensor.of(-1, -0.0, 0, 2, Double.NaN, no, 3);
    Tensor mask = x.atMost(0);
    assertArrayEquals(new float[] {1, 1, 1, 0, 0, 1, 0}, mask.array());
    assertArrayEquals(
        new float[] {0, 0, 0, 2, Float.NaN, 0, 3}, x.zeroWhere(mask).array()); // no -0 either
    assertEquals(-1, x.get(0));
  }

  /** More elements than one thread is given. */
  @Test
  void manyElementsGiveTheSameInParts() {
    int threads = Parallel.threads();
    Random random = new Random(1);
    Tensor x = Tensor.randn(random, 50, 40, 30, 11);
    Tensor y = Tensor.randn(random, 50, 40, 30, 11);
    try {
      for (int number : new int[] {1, 2, 3, 7}) {
        Parallel.setThreads(number);
        Tensor turned = x.transpose(3, 0, 2, 1);
        Tensor sum = x.add(y);
        Tensor best = x.argmax(3);
        Tensor sums = x.sum(3);
        for (int i = 0; i < 2000; i++) {
          int[] at = {i % 50, i * 7 % 40, i * 11 % 30, i % 11};
          assertEquals(x.get(at), turned.get(at[3], at[0], at[2], at[1]));
          assertEquals(x.get(at) + y.get(at), sum.get(at));
          double all = 0;
          int largest = 0;
          for (int k = 0; k < 11; k++) {
            all += x.get(at[0], at[1], at[2], k);
            float top = x.get(at[0], at[1], at[2], largest);
            largest = x.get(at[0], at[1], at[2], k) > top ? k : largest;
          }
          assertEquals((float) all, sums.get(at[0], at[1], at[2]));
          assertEquals(largest, best.get(at[0], at[1], at[2]));
        }
      }
    } finally {
      Parallel.setThreads(threads);
    }
  }

  @Test
  void padAndRows() {
    Tensor a = Tensor.arange(1, 1, 2, 2).pad(1);
    assertEquals(Shape.of(1, 1, 4, 4), a.shape());
    assertArrayEquals(new float[] {0, 0, 0, 0, 0, 0, 1, 0, 0, 2, 3, 0, 0, 0, 0, 0}, a.array());
    assertArrayEquals(new float[] {3, 4, 5}, Tensor.arange(3, 3).rows(1, 2).array());
    refused(
        "pad: expected a pad of 0 or more and two axes or more, got pad -1 for (1, 1, 4, 4)",
        () -> a.pad(-1));
    refused(
        "rows: 1 to 4 is no part of the first axis of (3, 3)",
        () -> Tensor.arange(3, 3).rows(1, 4));
  }

  @Test
  void indices() {
    Tensor a = Tensor.zeros(2, 3);
    a.set(5, 1, 2);
    assertEquals(5, a.array()[5]);
    refused("Tensor: index [2, 0] does not fit shape (2, 3)", () -> a.get(2, 0));
    refused("Tensor: index [0] does not fit shape (2, 3)", () -> a.get(0));
    refused(
        "Tensor: 3 values do not fill shape (2, 2) of 4", () -> Tensor.wrap(new float[3], 2, 2));
  }

  @Test
  void printsShapeThenValues() {
    assertEquals("(2, 3)\n[[0 1 2]\n [3 4 5]]", Tensor.arange(2, 3).toString());
    assertEquals("(2,)\n[ 0.5000 -1.2500]", Tensor.of(0.5, -1.25).toString());
    assertEquals("(2,)\n[1.000e-05    2.0000]", Tensor.of(1e-5, 2).toString());
    assertEquals("(2,)\n[   NaN 2.5000]", Tensor.of(Double.NaN, 2.5).toString());
    assertEquals("(2000,)\n[   0    1    2 ... 1997 1998 1999]", Tensor.arange(2000).toString());
    assertEquals(
        "(2, 2, 2)\n[[[0 1]\n  [2 3]]\n\n [[4 5]\n  [6 7]]]", Tensor.arange(2, 2, 2).toString());
  }

  @Test
  void aHeapTooSmallIsNamed() {
    long heap = (Runtime.getRuntime().maxMemory() + (1 << 20) - 1) >> 20;
    assumeTrue(heap < 8000, "a tensor has 8 GiB at the most");
    int rows = (int) heap + 1; // of a MiB each
    OutOfMemoryError e = assertThrows(OutOfMemoryError.class, () -> Tensor.zeros(rows, 1 << 18));
    assertEquals(
        "Tensor: (%s, 262144) takes %s MiB, more than is free in the heap of %s MiB."
                .formatted(rows, rows, heap)
            + " In a notebook choose Restart Kernel first; for a larger heap start with"
            + " CONVNET_HEAP=4g python3 notebooks/lab.py, or java -Xmx4g",
        e.getMessage());
  }

  @Test
  void namesTheFirstThatIsNotFinite() {
    Tensor x = Tensor.zeros(2, 3, 4);
    assertSame(x, x.requireFinite("x"));
    x.set(Double.POSITIVE_INFINITY, 1, 2, 3);
    refused(
        "x (2, 3, 4): element [1, 2, 3] is Infinity, expected a finite number",
        () -> x.requireFinite("x"));
    x.set(Double.NaN, 1, 0, 2);
    refused(
        "x (2, 3, 4): element [1, 0, 2] is NaN, expected a finite number",
        () -> x.requireFinite("x"));
  }
}
