package convnet.layer;

import static convnet.testing.Cases.inner;
import static convnet.testing.Check.close;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.conv.Im2col;
import convnet.tensor.Tensor;
import convnet.testing.Cases;
import convnet.testing.Geometry;
import convnet.testing.Loops;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for every window over every batch; all sums are exact, so equal means equal bits. */
@ExtendWith(Cases.Source.class)
class LayerPropertiesTest {
  /** {@code <im2col(x), y> = <x, col2im(y)>}: each is the other's transposed matrix. */
  @RepeatedTest(value = 1000, failureThreshold = 1)
  void col2imIsTheAdjointOfIm2col(Cases cases) {
    Geometry g = cases.geometry();
    Tensor x = cases.images(g);
    Tensor col = Im2col.im2col(x, g.FH(), g.FW(), g.stride(), g.pad());
    Tensor y = cases.whole(3, col.shape().toArray());
    Tensor back = Im2col.col2im(y, g.N(), g.C(), g.H(), g.W(), g.FH(), g.FW(), g.stride(), g.pad());
    assertEquals(inner(col, y), inner(x, back));
  }

  @RepeatedTest(value = 1000, failureThreshold = 1)
  void convolutionIsLinear(Cases cases) {
    Geometry g = cases.geometry();
    int FN = cases.between(1, 9);
    int factor = cases.between(-5, 5);
    Tensor W = filters(cases, g, FN);
    Tensor x = cases.images(g);
    Tensor y = cases.images(g);
    Tensor sum = x.mul(factor).add(y);
    assertArrayEquals(
        convolve(g, W, x).mul(factor).add(convolve(g, W, y)).array(), convolve(g, W, sum).array());
    Tensor V = filters(cases, g, FN);
    assertArrayEquals(
        convolve(g, W, x).mul(factor).add(convolve(g, V, x)).array(),
        convolve(g, W.mul(factor).add(V), x).array());
  }

  /** Without a bias, {@code <out, dout> = <x, dx> = <W, dW>}, and db adds up dout. */
  @RepeatedTest(value = 1000, failureThreshold = 1)
  void convolutionsBackwardIsItsAdjoint(Cases cases) {
    Geometry g = cases.geometry();
    int FN = cases.between(1, 9);
    Tensor x = cases.images(g);
    Tensor W = filters(cases, g, FN);
    Tensor dout = cases.whole(3, g.N(), FN, g.OH(), g.OW());
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
  @RepeatedTest(value = 1000, failureThreshold = 1)
  void poolingAgreesWithBruteForce(Cases cases) {
    Geometry g = cases.geometry();
    int lower = cases.between(0, 3);
    Tensor x = cases.images(g).map(v -> v - lower);
    Tensor dout = cases.whole(3, g.N(), g.C(), g.OH(), g.OW());
    Pooling max = new Pooling(g.FH(), g.FW(), g.stride(), g.pad());
    Tensor[] expected = Loops.pooling(x, dout, g, true);
    assertArrayEquals(expected[0].array(), max.forward(x).array());
    assertArrayEquals(expected[1].array(), max.backward(dout).array());
    Pooling average = Pooling.average(g.FH(), g.FW(), g.stride(), g.pad());
    expected = Loops.pooling(x, dout, g, false);
    close("average", expected[0], average.forward(x), 1e-6);
    close("average dx", expected[1], average.backward(dout), 1e-6);
  }

  private static Tensor filters(Cases cases, Geometry g, int FN) {
    return cases.whole(3, FN, g.C(), g.FH(), g.FW());
  }

  private static Tensor convolve(Geometry g, Tensor W, Tensor x) {
    return new Convolution(W, Tensor.zeros(W.dim(0)), g.stride(), g.pad()).forward(x);
  }
}
