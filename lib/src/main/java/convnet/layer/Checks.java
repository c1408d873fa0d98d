package convnet.layer;

import convnet.conv.Window;
import convnet.tensor.Functions;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/** The checks that layers make at their entrance, for the chapter's way and the engine's alike. */
public final class Checks {
  private Checks() {}

  static void filters(Tensor W, Tensor b) {
    if (W.rank() != 4 || !b.shape().equals(Shape.of(W.dim(0)))) {
      throw new IllegalArgumentException(
          "Convolution: expected W (FN, C, FH, FW) and b (FN,), got W %s and b %s"
              .formatted(W.shape(), b.shape()));
    }
  }

  static void weights(Tensor W, Tensor b) {
    if (W.rank() != 2 || !b.shape().equals(Shape.of(W.dim(1)))) {
      throw new IllegalArgumentException(
          "Affine: expected W (D, M) and b (M,), got W %s and b %s"
              .formatted(W.shape(), b.shape()));
    }
  }

  /** The window of a convolution over x, whose channels must be W's. */
  public static Window window(Shape x, Tensor W, int stride, int pad) {
    images("Convolution", x);
    if (x.dim(1) != W.dim(1)) {
      throw new IllegalArgumentException(
          "Convolution: input %s has %s channels, W %s needs %s"
              .formatted(x, x.dim(1), W.shape(), W.dim(1)));
    }
    return new Window(x.dim(2), x.dim(3), W.dim(2), W.dim(3), stride, pad);
  }

  static Window window(String layer, Shape x, int PH, int PW, int stride, int pad) {
    images(layer, x);
    return new Window(x.dim(2), x.dim(3), PH, PW, stride, pad);
  }

  private static void images(String layer, Shape x) {
    if (x.rank() != 4) {
      throw new IllegalArgumentException(layer + ": expected images (N, C, H, W), got " + x);
    }
  }

  /** That an image has as many numbers as an affine layer's W has rows. */
  public static void features(Shape x, Tensor W) {
    if (x.rank() < 2) {
      throw new IllegalArgumentException(
          "Affine: expected input (N, ...) of two axes or more, got " + x);
    }
    int D = x.size() / x.dim(0);
    if (D != W.dim(0)) {
      throw new IllegalArgumentException(
          "Affine: input %s has %s features, W %s needs %s".formatted(x, D, W.shape(), W.dim(0)));
    }
  }

  /** Answers as one-hot rows, {@code (N, K)}, for scores of that shape. */
  public static Tensor answers(Shape x, Tensor t) {
    if (x.rank() != 2) {
      throw new IllegalArgumentException("SoftmaxWithLoss: expected scores (N, K), got " + x);
    }
    int[] labels = Functions.labels(t, x.dim(0), x.dim(1));
    return t.rank() == 2 ? t : Functions.oneHot(labels, x.dim(1));
  }

  /** That there was a forward, which left something behind. */
  static void forwardDone(String layer, Object left) {
    if (left == null) {
      throw new IllegalStateException(layer + ": backward needs a forward before it");
    }
  }

  /** That dout has the shape of the last forward's output; out is null before the first. */
  static void dout(String layer, Shape out, Tensor dout) {
    forwardDone(layer, out);
    if (!dout.shape().equals(out)) {
      throw new IllegalArgumentException(
          "%s: dout %s has not the shape of the output, %s".formatted(layer, dout.shape(), out));
    }
  }
}
