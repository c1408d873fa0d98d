package convnet.tensor;

import java.util.List;
import java.util.stream.Stream;

/** The engines that this Java can load: both, or the plain one without the vector module. */
final class Engines {
  private static final boolean VECTOR =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private Engines() {}

  static Stream<Matmul> matmuls() {
    return VECTOR ? Stream.of(new PlainMatmul(), new VectorMatmul()) : Stream.of(new PlainMatmul());
  }

  /**
   * Without those that the library would not choose: where the processor has no fused multiply-add,
   * the vector engine works out every product in software.
   */
  static Stream<Matmul> fastMatmuls() {
    return matmuls().filter(engine -> !isSlow(engine));
  }

  /** Whether it is the vector engine where the library would not choose it. */
  static boolean isSlow(Matmul engine) {
    return engine.name().startsWith("vector") && Matmul.Engine.obstacle() != null;
  }

  static List<Elementwise> elementwise() {
    return VECTOR
        ? List.of(new PlainElementwise(), new VectorElementwise())
        : List.of(new PlainElementwise());
  }

  static List<PooledProduct> pooledProducts(int FN, int[] pixels, int row) {
    return VECTOR
        ? List.of(new PlainPooledProduct(FN, pixels, row), new VectorPooledProduct(FN, pixels, row))
        : List.of(new PlainPooledProduct(FN, pixels, row));
  }
}
