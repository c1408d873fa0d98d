package convnet.layer;

import static convnet.testing.Cases.images;
import static convnet.testing.Cases.inner;
import static convnet.testing.Cases.whole;
import static convnet.testing.Check.close;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.conv.Im2col;
import convnet.tensor.Tensor;
import convnet.testing.Cases;
import convnet.testing.Geometry;
import convnet.testing.Loops;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** What holds for every window over every batch; all sums are exact, so equal means equal bits. */
@Domain(Cases.class)
@Domain(DomainContext.Global.class)
class LayerPropertiesTest {
  /** {@code <im2col(x), y> = <x, col2im(y)>}: each is the other's transposed matrix. */
  @Property
  void col2imIsTheAdjointOfIm2col(@ForAll Geometry g, @ForAll Random random) {
    Tensor x = images(random, g);
    Tensor col = Im2col.im2col(x, g.FH(), g.FW(), g.stride(), g.pad());
    Tensor y = whole(random, 3, col.shape().toArray());
    Tensor back = Im2col.col2im(y, g.N(), g.C(), g.H(), g.W(), g.FH(), g.FW(), g.stride(), g.pad());
    assertEquals(inner(col, y), inner(x, back));
  }

  @Property
  void convolutionIsLinear(
      @ForAll Geometry g,
      @ForAll @IntRange(min = 1, max = 9) int FN,
      @ForAll @IntRange(min = -5, max = 5) int factor,
      @ForAll Random random) {
    Tensor W = filters(random, g, FN);
    Tensor x = images(random, g);
    Tensor y = images(random, g);
    Tensor sum = x.mul(factor).add(y);
    assertArrayEquals(
        convolve(g, W, x).mul(factor).add(convolve(g, W, y)).array(), convolve(g, W, sum).array());
    Tensor V = filters(random, g, FN);
    assertArrayEquals(
        convolve(g, W, x).mul(factor).add(convolve(g, V, x)).array(),
        convolve(g, W.mul(factor).add(V), x).array());
  }

  /** Without a bias, {@code <out, dout> = <x, dx> = <W, dW>}, and db adds up dout. */
  @Property
  void convolutionsBackwardIsItsAdjoint(
      @ForAll Geometry g, @ForAll @IntRange(min = 1, max = 9) int FN, @ForAll Random random) {
    Tensor x = images(random, g);
    Tensor W = filters(random, g, FN);
    Tensor dout = whole(random, 3, g.N(), FN, g.OH(), g.OW());
    ParameterLayer[] both = {
      new Convolution(W, Tensor.zeros(FN), g.stride(), g.pad()),
      new BatchConvolution(W, Tensor.zeros(FN), g.stride(), g.pad())
    };
    for (ParameterLayer layer : both) {
      double product = inner(layer.forward(x), dout);
      assertEquals(product, inner(x, layer.backward(dout)));
      assertEquals(product, inner(W, layer.dW()));
      Tensor sums = dout.sum(3).sum(2).sum(0);
      assertArrayEquals(sums.array(), layer.db().array());
    }
  }

  /** Few different numbers, so nearly every window has ties; many windows are negative. */
  @Property
  void poolingAgreesWithBruteForce(
      @ForAll Geometry g, @ForAll @IntRange(max = 3) int lower, @ForAll Random random) {
    Tensor x = images(random, g).map(v -> v - lower);
    Tensor dout = whole(random, 3, g.N(), g.C(), g.OH(), g.OW());
    Pooling max = new Pooling(g.FH(), g.FW(), g.stride(), g.pad());
    Tensor[] expected = Loops.pooling(x, dout, g, true);
    assertArrayEquals(expected[0].array(), max.forward(x).array());
    assertArrayEquals(expected[1].array(), max.backward(dout).array());
    Pooling average = Pooling.average(g.FH(), g.FW(), g.stride(), g.pad());
    expected = Loops.pooling(x, dout, g, false);
    close("average", expected[0], average.forward(x), 1e-6);
    close("average dx", expected[1], average.backward(dout), 1e-6);
  }

  private static Tensor filters(Random random, Geometry g, int FN) {
    return whole(random, 3, FN, g.C(), g.FH(), g.FW());
  }

  private static Tensor convolve(Geometry g, Tensor W, Tensor x) {
    return new Convolution(W, Tensor.zeros(W.dim(0)), g.stride(), g.pad()).forward(x);
  }
}
