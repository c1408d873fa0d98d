package convnet.tensor;

import static convnet.testing.Check.close;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both engines against double-precision loops, at lengths around every block size. */
class MatmulTest {
  private static final int[] ROWS = {1, 4, 5, 6, 30, 70};
  private static final int[] COLS = {1, 10, 15, 16, 17, 31, 32, 33, 100};
  private static final int[] DEPTHS = {1, 25, 255, 256, 257, 600};

  @ParameterizedTest
  @MethodSource("convnet.tensor.Engines#matmuls")
  void addsTheProduct(Matmul engine) {
    Random random = new Random(1);
    for (int m : ROWS) {
      for (int n : COLS) {
        for (int k : DEPTHS) {
          Matrix A = Matrix.of(Tensor.randn(random, m, k), m);
          Matrix B = Matrix.of(Tensor.randn(random, k, n), k);
          Tensor start = Tensor.randn(random, m, n);
          Tensor expected = expected(start, A, B);
          Tensor C = start.copy();
          engine.add(Matrix.of(C, m), A, B);
          close("A.B " + m + "," + n + "," + k, expected, C, 1e-5);
          C = start.copy();
          engine.add(Matrix.of(C, m), transposedCopy(A).t(), B);
          close("At.B " + m + "," + n + "," + k, expected, C, 1e-5);
          C = start.copy();
          engine.add(Matrix.of(C, m), A, transposedCopy(B).t());
          close("A.Bt " + m + "," + n + "," + k, expected, C, 1e-5);
        }
      }
    }
  }

  /** Also where the last columns are done in a way of their own: k is long, or A transposed. */
  @ParameterizedTest
  @MethodSource("convnet.tensor.Engines#matmuls")
  void anElementDoesNotDependOnHowTheRowsAreDivided(Matmul engine) {
    Random random = new Random(2);
    for (int k : new int[] {25, 300, 700}) {
      for (boolean transposed : new boolean[] {false, true}) {
        Matrix A = Matrix.of(Tensor.randn(random, 90, k), 90);
        A = transposed ? transposedCopy(A).t() : A;
        Matrix B = Matrix.of(Tensor.randn(random, k, 100), k);
        Tensor whole = Tensor.zeros(90, 100);
        engine.add(Matrix.of(whole, 90), A, B);
        for (int row : new int[] {1, 7, 11, 45}) {
          Tensor parts = Tensor.zeros(90, 100);
          Matrix C = Matrix.of(parts, 90);
          engine.add(C.rows(0, row), A.rows(0, row), B);
          engine.add(C.rows(row, 90), A.rows(row, 90), B);
          assertEquals(0, whole.maxAbsDiff(parts), "k " + k + ", cut at " + row);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("convnet.tensor.Engines#matmuls")
  void addsDotProducts(Matmul engine) {
    Random random = new Random(3);
    for (int m : new int[] {1, 4, 5, 6, 13}) {
      for (int n : new int[] {1, 2, 3, 26}) {
        for (int k : new int[] {1, 15, 16, 17, 64, 65, 144, 301}) {
          Matrix A = Matrix.of(Tensor.randn(random, m, k), m);
          Matrix B = Matrix.of(Tensor.randn(random, n, k), n);
          Tensor start = Tensor.randn(random, m, n);
          Tensor C = start.copy();
          engine.addDots(Matrix.of(C, m), A, B);
          close("A.Bt " + m + "," + n + "," + k, expected(start, A, B.t()), C, 1e-5);
          Tensor wide = Tensor.zeros(m, n + 3); // a part of a larger matrix
          engine.addDots(Matrix.of(wide, m).cols(2, n + 2), A, B);
          Tensor alone = Tensor.zeros(m, n);
          engine.addDots(Matrix.of(alone, m), A, B);
          for (int i = 0; i < m; i++) {
            assertEquals(0, wide.get(i, 1));
            assertEquals(0, wide.get(i, n + 2));
            for (int j = 0; j < n; j++) {
              assertEquals(alone.get(i, j), wide.get(i, j + 2));
            }
          }
        }
      }
    }
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
    return Matrix.of(tensor, m.cols());
  }
}
