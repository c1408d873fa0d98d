package convnet.array;

import convnet.tensor.Tensor;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The products of the chapter's network on one core, {@code (m, k) . (k, n)}: a convolution's
 * forward and dW for one image, an affine layer's forward, dx and dW for half a batch.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 7, time = 1)
@Fork(value = 1, jvmArgs = "--add-modules=jdk.incubator.vector")
public class MatmulBench {
  @Param({"vector", "plain"})
  String engine;

  /** m x n x k, and which operand lies transposed. */
  @Param({
    "576x30x25",
    "25x30x576 At",
    "50x100x4320",
    "50x4320x100 Bt",
    "2160x100x100 At",
  })
  String shape;

  private Matmul matmul;
  private Matrix A;
  private Matrix B;
  private Matrix C;

  @Setup
  public void setUp() {
    String[] parts = shape.split("[x ]");
    int m = Integer.parseInt(parts[0]);
    int n = Integer.parseInt(parts[1]);
    int k = Integer.parseInt(parts[2]);
    Random random = new Random(1);
    matmul = engine.equals("vector") ? new VectorMatmul() : new PlainMatmul();
    A = Matrix.of(Tensor.randn(random, m, k).array(), m);
    B = Matrix.of(Tensor.randn(random, k, n).array(), k);
    if (shape.endsWith("At")) {
      A = Matrix.of(Tensor.randn(random, k, m).array(), k).t();
    }
    if (shape.endsWith("Bt")) {
      B = Matrix.of(Tensor.randn(random, n, k).array(), n).t();
    }
    C = Matrix.of(new float[m * n], m);
    multiply();
    for (int i = 0; i < m; i += 7) {
      for (int j = 0; j < n; j += 3) {
        double sum = 0;
        for (int p = 0; p < k; p++) {
          sum += (double) at(A, i, p) * at(B, p, j);
        }
        if (Math.abs(sum - at(C, i, j)) > 1e-3) {
          throw new AssertionError("C[" + i + "," + j + "] is " + at(C, i, j) + ", not " + sum);
        }
      }
    }
  }

  private static float at(Matrix M, int i, int j) {
    return M.data()[M.offset() + i * M.rowStride() + j * M.colStride()];
  }

  @Benchmark
  public void multiply() {
    matmul.add(C, A, B);
  }
}
