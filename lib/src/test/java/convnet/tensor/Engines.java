package convnet.tensor;

import java.util.List;
import java.util.stream.Stream;

/**
 * The engines that this Java can run: both, or the plain one where the library would not choose the
 * other, since the vector module is absent or every product would be worked out in software.
 */
final class Engines {
  private static final boolean VECTOR = Matmul.Engine.obstacle() == null;

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
