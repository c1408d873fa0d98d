package convnet.engine;

import convnet.layer.Convolution;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.Random;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The chapter's convolution, and a larger one: 64 channels, 64 filters of 3 x 3. */
public class ConvolutionBench extends LayerBench {
  @Param({"chapter", "larger"})
  String size;

  @Setup
  public void setUp() {
    boolean chapter = size.equals("chapter");
    Shape shape = chapter ? Shape.of(100, 1, 28, 28) : Shape.of(32, 64, 32, 32);
    int FN = chapter ? 30 : 64;
    int F = chapter ? 5 : 3;
    int pad = chapter ? 0 : 1;
    Tensor W = Tensor.randn(new Random(2), FN, shape.dim(1), F, F).mul(0.05);
    Tensor b = Tensor.randn(new Random(3), FN);
    setUp(new Convolution(W, b, 1, pad), shape);
  }
}
