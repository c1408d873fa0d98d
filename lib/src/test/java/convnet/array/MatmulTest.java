package convnet.array;

import static convnet.testing.Check.close;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.tensor.Tensor;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both engines against double-precision loops, at lengths around every block size. */
class MatmulTest {
  private static final int[] ROWS = {1, 5, 6, 7, 12, 30, 70};
  private static final int[] COLS = {1, 10, 15, 16, 17, 31, 32, 33, 100};
  private static final int[] DEPTHS = {1, 25, 255, 256, 257, 600};

  @ParameterizedTest
  @MethodSource("convnet.array.Engines#matmuls")
  void addsTheProduct(Matmul engine) {
    Random random = new Random(1);
    for (int m : ROWS) {
      for (int n : COLS) {
        for (int k : DEPTHS) {
          if (Engines.isSlow(engine) && m * n * k > 4000) {
            continue;
          }
          Matrix A = matrix(random, m, k);
          Matrix B = matrix(random, k, n);
          Tensor start = Tensor.randn(random, m, n);
          Tensor expected = expected(start, A, B);
          Tensor C = start.copy();
          engine.add(Matrix.of(C.array(), m), A, B);
          close("A.B " + m + "," + n + "," + k, expected, C, 1e-5);
          C = start.copy();
          engine.add(Matrix.of(C.array(), m), transposedCopy(A).t(), B);
          close("At.B " + m + "," + n + "," + k, expected, C, 1e-5);
          C = start.copy();
          engine.add(Matrix.of(C.array(), m), A, transposedCopy(B).t());
          close("A.Bt " + m + "," + n + "," + k, expected, C, 1e-5);
        }
      }
    }
  }

  /** Also where the last columns make no whole panel, whichever way A lies. */
  @ParameterizedTest
  @MethodSource("convnet.array.Engines#fastMatmuls")
  void anElementDoesNotDependOnHowTheRowsAreDivided(Matmul engine) {
    Random random = new Random(2);
    for (int k : new int[] {25, 300, 700}) {
      for (boolean transposed : new boolean[] {false, true}) {
        Matrix A = matrix(random, 90, k);
        A = transposed ? transposedCopy(A).t() : A;
        Matrix B = matrix(random, k, 100);
        Tensor whole = Tensor.zeros(90, 100);
        engine.add(Matrix.of(whole.array(), 90), A, B);
        for (int row : new int[] {1, 7, 11, 45}) {
          Tensor parts = Tensor.zeros(90, 100);
          Matrix C = Matrix.of(parts.array(), 90);
          engine.add(C.rows(0, row), A.rows(0, row), B);
          engine.add(C.rows(row, 90), A.rows(row, 90), B);
          assertEquals(0, whole.maxAbsDiff(parts), "k " + k + ", cut at " + row);
        }
      }
    }
  }

  /** A layer may leave them out, and which ones depends on the other images. */
  @ParameterizedTest
  @MethodSource("convnet.array.Engines#fastMatmuls")
  void leavingOutZerosChangesNoBit(Matmul engine) {
    Random random = new Random(7);
    for (int n : new int[] {4, 16, 20, 32, 100}) {
      for (int m : new int[] {1, 6, 50}) {
        Matrix A = matrix(random, m, 700);
        for (int i = 0; i < m; i++) {
          Arrays.fill(A.data(), A.row(i) + 3, A.row(i) + 40, 0f);
          Arrays.fill(A.data(), A.row(i) + 300, A.row(i) + 600, 0f);
        }
        Matrix B = matrix(random, 700, n);
        Tensor start = Tensor.randn(random, m, n);
        for (Matrix a : new Matrix[] {A, transposedCopy(A).t()}) {
          Tensor whole = start.copy();
          engine.add(Matrix.of(whole.array(), m), a, B);
          Tensor parts = start.copy();
          Matrix C = Matrix.of(parts.array(), m);
          engine.add(C, a.cols(0, 3), B.rows(0, 3));
          engine.add(C, a.cols(40, 300), B.rows(40, 300));
          engine.add(C, a.cols(600, 700), B.rows(600, 700));
          assertEquals(0, whole.maxAbsDiff(parts), m + "," + n);
        }
      }
    }
  }

  /** 0 times infinity is NaN, and leaving out zeros must not hide it. */
  @ParameterizedTest
  @MethodSource("convnet.array.Engines#matmuls")
  void zeroTimesWhatIsNotFiniteIsNotANumber(Matmul engine) {
    for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
      Matrix A = Matrix.of(new float[2 * 9], 2);
      Matrix B = matrix(new Random(8), 9, 5);
      B.data()[B.row(6) + 2] = bad;
      float[] C = new float[2 * 5];
      engine.add(Matrix.of(C, 2), A, B);
      assertArrayEquals(new float[] {0, 0, Float.NaN, 0, 0, 0, 0, Float.NaN, 0, 0}, C, "" + bad);
    }
  }

  @Test
  @EnabledIf("convnet.array.Engines#fast")
  void panelsChangeNoBit() {
    Random random = new Random(4);
    for (int m : new int[] {1, 6, 50}) {
      for (int n : new int[] {1, 4, 9, 32, 33, 64, 100, 130}) {
        for (int k : new int[] {1, 100, 130, 600}) {
          Matrix A = matrix(random, m, k);
          Matrix B = matrix(random, k, n);
          for (Matrix a : new Matrix[] {A, transposedCopy(A).t()}) {
            Tensor expected = Tensor.zeros(m, n);
            Matmul.get().add(Matrix.of(expected.array(), m), a, B);
            for (Matrix b : new Matrix[] {B, transposedCopy(B).t()}) {
              Panels panels = Panels.of(k, n);
              panels.pack(b);
              Tensor C = Tensor.zeros(m, n);
              Matrix c = Matrix.of(C.array(), m);
              VectorMatmul.product(c, c, Indirect.of(a), panels, 0);
              assertEquals(0, expected.maxAbsDiff(C), m + "," + n + "," + k);
            }
          }
        }
      }
    }
  }

  @Test
  @EnabledIf("convnet.array.Engines#vector")
  void copiesAMatrixWhicheverWayItLies() {
    Random random = new Random(6);
    for (int m : new int[] {1, 3, 40}) {
      for (int n : new int[] {1, 17, 32, 70}) {
        Matrix from = matrix(random, m, n);
        for (Matrix f : new Matrix[] {from, transposedCopy(from).t()}) {
          Matrix wide = Matrix.of(new float[m * (n + 2)], 0, m, n + 2).cols(1, n + 1);
          f.copyTo(wide);
          int zeros = 0;
          for (float number : wide.data()) {
            zeros += number == 0 ? 1 : 0;
          }
          assertEquals(wide.data().length - m * n, zeros, "beside the matrix");
          for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
              assertEquals(at(from, i, j), at(wide, i, j));
            }
          }
        }
      }
    }
  }

  /** As a matrix that is in memory, to the last bit, whichever way it is read. */
  @Test
  @EnabledIf("convnet.array.Engines#fast")
  void aMatrixThatIsNotInMemoryChangesNoBit() {
    Random random = new Random(3);
    for (int m : new int[] {1, 5, 6, 7, 8, 9, 50}) {
      for (int n : new int[] {1, 16, 17, 32, 70}) {
        for (int run : new int[] {1, 9, 16, 48, 300}) {
          for (int runs : new int[] {1, 3, 7}) {
            int k = run * runs;
            float[] data = Tensor.randn(random, 6000).array();
            int[] starts = places(random, runs);
            int[] cols = new int[k];
            Arrays.setAll(cols, j -> starts[j / run] + j % run);
            Indirect A = new Indirect(data, places(random, m), cols);
            compare(A, matrix(random, k, n));
            compare(A.t(), matrix(random, m, n));
          }
        }
      }
    }
  }

  /** As if the row had been copied to every row of C beforehand, to the last bit. */
  @Test
  @EnabledIf("convnet.array.Engines#fast")
  void startsFromARow() {
    Random random = new Random(5);
    for (int m : new int[] {1, 6, 20}) {
      for (int n : new int[] {1, 16, 32, 70}) {
        for (int k : new int[] {1, 40, 600}) {
          Matrix A = matrix(random, m, k);
          Matrix B = matrix(random, k + 3, n);
          float[] row = Tensor.randn(random, n).array();
          Matrix start = Matrix.repeated(row, m);
          Tensor expected = Tensor.zeros(m, n);
          start.copyTo(Matrix.of(expected.array(), m));
          Matmul.get().add(Matrix.of(expected.array(), m), A, B.rows(3, k + 3));
          Tensor C = Tensor.full(Double.NaN, m, n);
          VectorMatmul.product(start, Matrix.of(C.array(), m), A, B.rows(3, k + 3));
          assertArrayEquals(expected.array(), C.array());
          Panels panels = Panels.of(k + 3, n);
          panels.pack(B);
          C = Tensor.full(Double.NaN, m, n);
          VectorMatmul.product(start, Matrix.of(C.array(), m), Indirect.of(A), panels, 3);
          assertArrayEquals(expected.array(), C.array());
        }
      }
    }
  }

  private static void compare(Indirect A, Matrix B) {
    int m = A.rows().length;
    Matrix copy = Matrix.of(new float[m * B.rows()], m);
    for (int i = 0; i < m; i++) {
      for (int j = 0; j < B.rows(); j++) {
        copy.data()[i * B.rows() + j] = A.data()[A.rows()[i] + A.cols()[j]];
      }
    }
    Tensor expected = Tensor.randn(new Random(1), m, B.cols());
    Tensor C = expected.copy();
    Matmul.get().add(Matrix.of(expected.array(), m), copy, B);
    Panels panels = Panels.of(B.rows(), B.cols());
    panels.pack(B);
    Matrix c = Matrix.of(C.array(), m);
    VectorMatmul.product(c, c, A, panels, 0);
    assertEquals(0, expected.maxAbsDiff(C), m + "," + B.cols() + "," + B.rows());
  }

  private static int[] places(Random random, int size) {
    return random.ints(size, 0, 2500).toArray();
  }

  private static Matrix matrix(Random random, int rows, int cols) {
    return Matrix.of(Tensor.randn(random, rows, cols).array(), rows);
  }

  private static double at(Matrix m, int i, int j) {
    return m.data()[m.offset() + i * m.rowStride() + j * m.colStride()];
  }

  private static Tensor expected(Tensor start, Matrix A, Matrix B) {
    double[] sums = new double[A.rows() * B.cols()];
    for (int i = 0; i < A.rows(); i++) {
      for (int j = 0; j < B.cols(); j++) {
        double sum = start.get(i, j);
        for (int p = 0; p < A.cols(); p++) {
          sum += at(A, i, p) * at(B, p, j);
        }
        sums[i * B.cols() + j] = sum;
      }
    }
    return Tensor.copyOf(sums, A.rows(), B.cols());
  }

  private static Matrix transposedCopy(Matrix m) {
    Tensor tensor = Tensor.wrap(m.data(), m.rows(), m.cols()).transpose();
    return Matrix.of(tensor.array(), m.cols());
  }
}
