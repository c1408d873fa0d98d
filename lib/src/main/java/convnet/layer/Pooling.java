package convnet.layer;

import static convnet.tensor.Parallel.split;

import convnet.conv.Window;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * The pooling layer (book, sections 7.3 and 7.4.4): each channel by itself, nothing to learn.
 *
 * <p>The book's code pads with zeros, which then beat every negative value, and forgets the pad in
 * the output size. Here the largest value is looked for inside the image only, the pad counts in
 * the size, and an average is over the pixels inside the image: padding does not count.
 */
public final class Pooling implements Layer {
  private enum Kind {
    MAX,
    AVERAGE
  }

  private final Kind kind;
  private final int PH;
  private final int PW;
  private final int stride;
  private final int pad;

  private Window window;
  private Shape inShape;
  private Shape outShape;
  private int[] argMax; // for each output, where in x the largest value was

  /**
   * Max pooling.
   *
   * @param PH the window's height in pixels
   * @param PW the window's width in pixels
   * @param stride the window's step
   * @param pad the pixels added on each side
   */
  public Pooling(int PH, int PW, int stride, int pad) {
    this(Kind.MAX, PH, PW, stride, pad);
  }

  private Pooling(Kind kind, int PH, int PW, int stride, int pad) {
    this.kind = kind;
    this.PH = PH;
    this.PW = PW;
    this.stride = stride;
    this.pad = pad;
  }

  /** Average pooling over the pixels that lie inside the image, with the same parameters. */
  public static Pooling average(int PH, int PW, int stride, int pad) {
    return new Pooling(Kind.AVERAGE, PH, PW, stride, pad);
  }

  /**
   * Pools a batch. A NaN inside a window is its result, and of equal values the first counts.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C, OH, OW)}
   * @throws IllegalArgumentException if x has not four axes or the window does not fit
   */
  @Override
  public Tensor forward(Tensor x) {
    Checks.images("Pooling", x);
    Window w = new Window(x.dim(2), x.dim(3), PH, PW, stride, pad);
    Tensor out = Tensor.zeros(x.dim(0), x.dim(1), w.OH(), w.OW());
    argMax = kind == Kind.MAX ? new int[out.size()] : null;
    window = w;
    inShape = x.shape();
    outShape = out.shape();
    split(
        x.dim(0) * x.dim(1),
        (from, to) -> {
          for (int plane = from; plane < to; plane++) {
            if (kind == Kind.MAX) {
              max(x.array(), plane, out.array());
            } else {
              average(x.array(), plane, out.array());
            }
          }
        });
    return out;
  }

  /** One plane, (H, W) -> (OH, OW). */
  private void max(float[] x, int plane, float[] out) {
    Window w = window;
    int o = plane * w.OH() * w.OW();
    for (int oh = 0; oh < w.OH(); oh++) {
      int bottom = bottom(oh);
      for (int ow = 0; ow < w.OW(); ow++, o++) {
        int right = right(ow);
        int best = plane * w.H() * w.W() + top(oh) * w.W() + left(ow);
        float largest = x[best];
        for (int h = top(oh); h < bottom; h++) {
          int row = plane * w.H() * w.W() + h * w.W();
          for (int i = row + left(ow); i < row + right; i++) {
            // No branch on the comparison, which nobody can predict; max keeps a NaN.
            best = x[i] > largest ? i : best;
            largest = Math.max(largest, x[i]);
          }
        }
        out[o] = largest;
        argMax[o] = best;
      }
    }
  }

  private void average(float[] x, int plane, float[] out) {
    Window w = window;
    int o = plane * w.OH() * w.OW();
    for (int oh = 0; oh < w.OH(); oh++) {
      for (int ow = 0; ow < w.OW(); ow++, o++) {
        double sum = 0;
        for (int h = top(oh); h < bottom(oh); h++) {
          int row = plane * w.H() * w.W() + h * w.W();
          for (int i = row + left(ow); i < row + right(ow); i++) {
            sum += x[i];
          }
        }
        out[o] = (float) (sum / pixels(oh, ow));
      }
    }
  }

  /**
   * Hands each gradient to the pixel that was the largest, or evenly to all that were averaged.
   *
   * @param dout {@code (N, C, OH, OW)}
   * @return {@code (N, C, H, W)}
   */
  @Override
  public Tensor backward(Tensor dout) {
    Checks.dout("Pooling", outShape, dout);
    Tensor dx = Tensor.zeros(inShape);
    split(
        inShape.dim(0) * inShape.dim(1),
        (from, to) -> {
          for (int plane = from; plane < to; plane++) {
            if (kind == Kind.MAX) {
              maxBackward(dout.array(), plane, dx.array());
            } else {
              averageBackward(dout.array(), plane, dx.array());
            }
          }
        });
    return dx;
  }

  private void maxBackward(float[] dout, int plane, float[] dx) {
    int P = window.OH() * window.OW();
    for (int o = plane * P; o < (plane + 1) * P; o++) {
      dx[argMax[o]] += dout[o];
    }
  }

  private void averageBackward(float[] dout, int plane, float[] dx) {
    Window w = window;
    int o = plane * w.OH() * w.OW();
    for (int oh = 0; oh < w.OH(); oh++) {
      for (int ow = 0; ow < w.OW(); ow++, o++) {
        float share = dout[o] / pixels(oh, ow);
        for (int h = top(oh); h < bottom(oh); h++) {
          int row = plane * w.H() * w.W() + h * w.W();
          for (int i = row + left(ow); i < row + right(ow); i++) {
            dx[i] += share;
          }
        }
      }
    }
  }

  // The part of a window that lies inside the image.

  private int top(int oh) {
    return Math.max(0, oh * stride - pad);
  }

  private int bottom(int oh) {
    return Math.min(window.H(), oh * stride - pad + PH);
  }

  private int left(int ow) {
    return Math.max(0, ow * stride - pad);
  }

  private int right(int ow) {
    return Math.min(window.W(), ow * stride - pad + PW);
  }

  private int pixels(int oh, int ow) {
    return (bottom(oh) - top(oh)) * (right(ow) - left(ow));
  }
}
