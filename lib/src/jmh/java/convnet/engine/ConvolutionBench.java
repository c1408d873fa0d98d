package convnet.engine;

import convnet.layer.Convolution;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.Random;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** The chapter's convolution, and four of several channels, as deeper networks have them. */
public class ConvolutionBench extends LayerBench {
  /** {@code N x C x H x W}; then the filters, their size and the pad. */
  @Param({
    "100x1x28x28 30 5 0",
    "32x64x32x32 64 3 1",
    "100x16x28x28 32 3 1",
    "100x6x14x14 16 5 0",
    "100x64x7x7 64 3 1"
  })
  String size;

  @Setup
  public void setUp() {
    String[] parts = size.split("[x ]");
    int[] s = new int[parts.length];
    for (int i = 0; i < s.length; i++) {
      s[i] = Integer.parseInt(parts[i]);
    }
    Tensor W = Tensor.randn(new Random(2), s[4], s[1], s[5], s[5]).mul(0.05);
    Tensor b = Tensor.randn(new Random(3), s[4]);
    setUp(new Convolution(W, b, 1, s[6]), Shape.of(s[0], s[1], s[2], s[3]));
  }
}
