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
  private int[] argMax; // for each output, where in its plane (H, W) the largest value was

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
    eachWindow(
        (plane, o, top, bottom, left, right) -> {
          if (kind == Kind.MAX) {
            max(x.array(), plane, top, bottom, left, right, out.array(), o);
          } else {
            double sum = 0;
            for (int h = top; h < bottom; h++) {
              for (int j = left; j < right; j++) {
                sum += x.array()[plane + h * w.W() + j];
              }
            }
            out.array()[o] = (float) (sum / ((bottom - top) * (right - left)));
          }
        });
    return out;
  }

  private void max(
      float[] x, int plane, int top, int bottom, int left, int right, float[] out, int o) {
    int best = plane + top * window.W() + left;
    float largest = x[best];
    for (int h = top; h < bottom; h++) {
      int row = plane + h * window.W();
      for (int i = row + left; i < row + right; i++) {
        float v = x[i];
        if (v > largest || v != v) {
          largest = v;
          best = i;
        }
      }
    }
    out[o] = largest;
    argMax[o] = best;
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
    eachWindow(
        (plane, o, top, bottom, left, right) -> {
          if (kind == Kind.MAX) {
            dx.array()[argMax[o]] += dout.array()[o];
          } else {
            float share = dout.array()[o] / ((bottom - top) * (right - left));
            for (int h = top; h < bottom; h++) {
              for (int j = left; j < right; j++) {
                dx.array()[plane + h * window.W() + j] += share;
              }
            }
          }
        });
    return dx;
  }

  /** What is done with one window: its plane's offset, its output, its bounds in the image. */
  private interface Visit {
    void window(int plane, int o, int top, int bottom, int left, int right);
  }

  private void eachWindow(Visit visit) {
    Window w = window;
    int OH = w.OH();
    int OW = w.OW();
    split(
        inShape.dim(0) * inShape.dim(1),
        (from, to) -> {
          for (int plane = from; plane < to; plane++) {
            for (int oh = 0; oh < OH; oh++) {
              int h = oh * stride - pad;
              int top = Math.max(0, h);
              int bottom = Math.min(w.H(), h + PH);
              for (int ow = 0; ow < OW; ow++) {
                int j = ow * stride - pad;
                visit.window(
                    plane * w.H() * w.W(),
                    (plane * OH + oh) * OW + ow,
                    top,
                    bottom,
                    Math.max(0, j),
                    Math.min(w.W(), j + PW));
              }
            }
          }
        });
  }
}
