package convnet.layer;

import convnet.conv.Window;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/** The checks that several layers make at their entrance. */
final class Checks {
  private Checks() {}

  static void filters(String layer, Tensor W, Tensor b) {
    if (W.rank() != 4 || !b.shape().equals(Shape.of(W.dim(0)))) {
      throw new IllegalArgumentException(
          "%s: expected W (FN, C, FH, FW) and b (FN,), got W %s and b %s"
              .formatted(layer, W.shape(), b.shape()));
    }
  }

  /** The window of a convolution over x, whose channels must be W's. */
  static Window window(String layer, Shape x, Tensor W, int stride, int pad) {
    images(layer, x);
    if (x.dim(1) != W.dim(1)) {
      throw new IllegalArgumentException(
          "%s: input %s has %s channels, W %s needs %s"
              .formatted(layer, x, x.dim(1), W.shape(), W.dim(1)));
    }
    return new Window(x.dim(2), x.dim(3), W.dim(2), W.dim(3), stride, pad);
  }

  static void images(String layer, Shape x) {
    if (x.rank() != 4) {
      throw new IllegalArgumentException(layer + ": expected images (N, C, H, W), got " + x);
    }
  }

  /** That dout fits the output of the last forward; out is null before the first. */
  static void dout(String layer, Shape out, Tensor dout) {
    if (out == null) {
      throw new IllegalStateException(layer + ": backward needs a forward before it");
    }
    if (!dout.shape().equals(out)) {
      throw new IllegalArgumentException(
          "%s: dout %s has not the shape of the output, %s".formatted(layer, dout.shape(), out));
    }
  }
}
