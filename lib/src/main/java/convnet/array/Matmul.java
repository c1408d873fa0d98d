package convnet.array;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

/**
 * The matrix product, where nearly all the time of a network goes. Two engines give the same
 * numbers but for rounding: {@link VectorMatmul} uses the processor's vector instructions, {@link
 * PlainMatmul} is three loops, the other's oracle and its stand-in where the vector module is
 * missing. {@code -Dconvnet.engine=plain} or {@code =vector} forces either.
 */
public interface Matmul {
  /**
   * {@code C += A . B}. Each element of C is summed over k in the same order however the rows of C
   * are divided among calls, so they may be split over cores freely.
   *
   * @param C {@code (m, n)}, row-major
   * @param A {@code (m, k)}, possibly transposed
   * @param B {@code (k, n)}, possibly transposed
   */
  void add(Matrix C, Matrix A, Matrix B);

  /**
   * {@code out += a . b}, {@code (m, k) . (k, n) -> (m, n)}, all cores at the rows of out.
   *
   * @param out row-major, as are a and b
   */
  static void dot(float[] a, float[] b, float[] out, int m, int k, int n) {
    Matrix A = Matrix.of(a, m);
    Matrix B = Matrix.of(b, k);
    Matrix C = Matrix.of(out, m);
    int grain = (int) (1 + SMALLEST / ((long) k * n)); // rows that are worth a thread
    Parallel.split(m, grain, (from, to) -> get().add(C.rows(from, to), A.rows(from, to), B));
  }

  /** So many multiply-adds are worth waking a thread for. */
  long SMALLEST = 1 << 16;

  /** The engine's name: "vector, 16 floats at a time" or "plain". */
  String name();

  /** The engine in use, chosen once. */
  static Matmul get() {
    return Engine.CHOSEN;
  }

  /** The plain loops, whichever engine is in use: to compare with. */
  static Matmul plain() {
    return new PlainMatmul();
  }

  /** The choice, made when the first product is asked for. */
  final class Engine {
    static final Matmul CHOSEN = choose();

    private Engine() {}

    private static Matmul choose() {
      String wanted = System.getProperty("convnet.engine", "auto");
      String obstacle = obstacle();
      switch (wanted) {
        case "plain":
          return new PlainMatmul();
        case "vector":
          if (obstacle != null && obstacle.contains("--add-modules")) {
            throw new IllegalStateException("convnet.engine=vector: " + obstacle);
          }
          return new VectorMatmul();
        case "auto":
          if (obstacle == null) {
            return new VectorMatmul();
          }
          System.err.println(
              "convnet: using the plain engine, with which the training of section 7.5 takes"
                  + " minutes instead of seconds: "
                  + obstacle);
          return new PlainMatmul();
        default:
          throw new IllegalArgumentException(
              "convnet.engine: expected plain, vector or auto, got " + wanted);
      }
    }

    /** Why the vector engine would not run, or would run badly; null if it will do. */
    static String obstacle() {
      if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
        return "start Java with --add-modules jdk.incubator.vector";
      }
      // Without the C2 compiler every vector operation is an object: slower than plain loops.
      var flags = ManagementFactory.getRuntimeMXBean().getInputArguments();
      boolean noC2 =
          ManagementFactory.getCompilationMXBean() == null
              || flags.stream().anyMatch(f -> f.matches("-XX:TieredStopAtLevel=[0-3]|-Xint"));
      if (noC2) {
        return "this Java runs without its C2 compiler (flags -Xint or -XX:TieredStopAtLevel)";
      }
      if (!fusedMultiplyAdd()) {
        return "this processor, or this Java, has no fused multiply-add (flag UseFMA)";
      }
      return null;
    }

    /** Without the instruction, Java works out every single product in software. */
    private static boolean fusedMultiplyAdd() {
      try {
        var machine = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return Boolean.parseBoolean(machine.getVMOption("UseFMA").getValue());
      } catch (IllegalArgumentException | NullPointerException e) {
        return false; // another machine than HotSpot: it has no such flag
      }
    }
  }
}
