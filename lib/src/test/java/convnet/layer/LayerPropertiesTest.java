package convnet.layer;

import static convnet.testing.Cases.inner;
import static convnet.testing.Check.close;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.array.Engines;
import convnet.conv.Im2col;
import convnet.engine.StepLayer;
import convnet.tensor.Tensor;
import convnet.testing.Cases;
import convnet.testing.Geometry;
import convnet.testing.Loops;
import java.util.List;
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
    Tensor back = Im2col.col2im(y, x.shape(), g.FH(), g.FW(), g.stride(), g.pad());
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
    for (Layer either : both(new Convolution(W, Tensor.zeros(FN), g.stride(), g.pad()))) {
      ParameterLayer layer = (ParameterLayer) either;
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
    Tensor[] largest = Loops.pooling(x, dout, g, true);
    for (Layer max : both(new Pooling(g.FH(), g.FW(), g.stride(), g.pad()))) {
      assertArrayEquals(largest[0].array(), max.forward(x).array());
      assertArrayEquals(largest[1].array(), max.backward(dout).array());
    }
    Tensor[] mean = Loops.pooling(x, dout, g, false);
    for (Layer average : both(new AveragePooling(g.FH(), g.FW(), g.stride(), g.pad()))) {
      close("average", mean[0], average.forward(x), 1e-6);
      close("average dx", mean[1], average.backward(dout), 1e-6);
    }
  }

  /** The layer, and what the engine does in its place. */
  private static List<Layer> both(Layer layer) {
    return Engines.fast() ? List.of(layer, StepLayer.of(layer)) : List.of(layer);
  }

  private static Tensor filters(Cases cases, Geometry g, int FN) {
    return cases.whole(3, FN, g.C(), g.FH(), g.FW());
  }

  private static Tensor convolve(Geometry g, Tensor W, Tensor x) {
    return new Convolution(W, Tensor.zeros(W.dim(0)), g.stride(), g.pad()).forward(x);
  }
}
