package convnet.testing;

import convnet.tensor.Tensor;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/**
 * What the properties are tried on. Tensors hold small whole numbers, so that every sum of products
 * is exact in a float and two ways to the same number must agree in every bit.
 */
public final class Cases extends DomainContextBase {
  /**
   * Windows that fit: H != W, FH != FW, stride up to 3 and so beyond a small window, any padding.
   */
  @Provide
  public Arbitrary<Geometry> geometries() {
    Arbitrary<Integer> few = Arbitraries.integers().between(1, 3);
    Arbitrary<Integer> window = Arbitraries.integers().between(1, 5);
    Arbitrary<Integer> out = Arbitraries.integers().between(1, 7);
    return Combinators.combine(
            few, few, out, out, window, window, few, Arbitraries.integers().between(0, 2))
        .as(
            (N, C, OH, OW, FH, FW, stride, pad) -> {
              int H = (OH - 1) * stride + FH - 2 * pad;
              int W = (OW - 1) * stride + FW - 2 * pad;
              return new Geometry(N, C, H, W, FH, FW, stride, pad);
            })
        .filter(g -> g.H() >= 1 && g.W() >= 1 && g.pad() < Math.min(g.FH(), g.FW()));
  }

  /** Up to five axes of up to six. */
  @Provide
  public Arbitrary<int[]> shapes() {
    return Arbitraries.integers().between(1, 6).array(int[].class).ofMinSize(1).ofMaxSize(5);
  }

  /** Whole numbers from -bound to bound. */
  public static Tensor whole(Random random, int bound, int... shape) {
    return Tensor.zeros(shape).map(zero -> random.nextInt(2 * bound + 1) - bound);
  }

  /** The images of a geometry. */
  public static Tensor images(Random random, Geometry g) {
    return whole(random, 3, g.N(), g.C(), g.H(), g.W());
  }

  /** The scalar product of two tensors of one shape. */
  public static double inner(Tensor a, Tensor b) {
    return a.mul(b).sum();
  }
}
