package convnet.tensor;

import java.util.List;
import java.util.stream.Stream;

/**
 * The engines that this Java can load: both, or the plain one where the vector module is absent.
 */
final class Engines {
  private static final boolean VECTOR =
      ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

  private Engines() {}

  static Stream<Matmul> matmuls() {
    return VECTOR ? Stream.of(new PlainMatmul(), new VectorMatmul()) : Stream.of(new PlainMatmul());
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
