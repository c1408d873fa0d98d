package convnet.layer;

import convnet.conv.Window;
import convnet.tensor.Elementwise;
import convnet.tensor.Matrix;
import convnet.tensor.Shape;
import java.util.Arrays;

/**
 * The pooling layer (book, sections 7.3 and 7.4.4): each channel by itself, nothing to learn.
 *
 * <p>The book's code pads with zeros, which then beat every negative value, and forgets the pad in
 * the output size. Here the largest value is looked for inside the image only, the pad counts in
 * the size, and an average is over the pixels inside the image: padding does not count.
 */
public final class Pooling extends SliceLayer {
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
  private int C;
  private int[] where = {}; // for each output, which number of its image was the largest

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
   * A NaN inside a window is its result, and of equal values the first counts. The input must be
   * images {@code (N, C, H, W)}; the output is {@code (N, C, OH, OW)}.
   */
  @Override
  protected Shape prepare(Shape x) {
    Checks.images("Pooling", x);
    window = new Window(x.dim(2), x.dim(3), PH, PW, stride, pad);
    C = x.dim(1);
    Shape out = Shape.of(x.dim(0), C, window.OH(), window.OW());
    if (kind == Kind.MAX && where.length < out.size()) {
      where = new int[out.size()];
    }
    return out;
  }

  @Override
  public void forward(int n, Matrix x, Matrix out) {
    Window w = window;
    for (int i = 0; i < x.rows(); i++) {
      int xi = x.row(i);
      int oi = out.row(i);
      if (kind == Kind.AVERAGE) {
        average(x.data(), xi, out.data(), oi);
      } else if (halves()) {
        Elementwise.get()
            .maxPool(x.data(), xi, C, w.H(), w.W(), out.data(), oi, where, (n + i) * out.cols());
      } else {
        max(x.data(), xi, out.data(), oi, (n + i) * out.cols());
      }
    }
  }

  /** Whether it looks for the largest value, not for the average. */
  public boolean isMax() {
    return kind == Kind.MAX;
  }

  /** Whether this is the chapter's 2 x 2 max pooling at stride 2, which has a faster way. */
  boolean halves() {
    return isMax() && PH == 2 && PW == 2 && stride == 2 && pad == 0;
  }

  /** One image, (C, H, W) -> (C, OH, OW). */
  private void max(float[] x, int xi, float[] out, int oi, int wi) {
    Window w = window;
    for (int c = 0; c < C; c++) {
      int plane = c * w.H() * w.W();
      for (int oh = 0; oh < w.OH(); oh++) {
        int bottom = bottom(oh);
        for (int ow = 0; ow < w.OW(); ow++, oi++, wi++) {
          int right = right(ow);
          int best = plane + top(oh) * w.W() + left(ow);
          for (int h = top(oh); h < bottom; h++) {
            int row = plane + h * w.W();
            for (int i = row + left(ow); i < row + right; i++) {
              best = x[xi + i] > x[xi + best] || Float.isNaN(x[xi + i]) ? i : best;
            }
          }
          out[oi] = x[xi + best];
          where[wi] = best;
        }
      }
    }
  }

  private void average(float[] x, int xi, float[] out, int oi) {
    Window w = window;
    for (int c = 0; c < C; c++) {
      for (int oh = 0; oh < w.OH(); oh++) {
        for (int ow = 0; ow < w.OW(); ow++, oi++) {
          double sum = 0;
          for (int h = top(oh); h < bottom(oh); h++) {
            int row = xi + (c * w.H() + h) * w.W();
            for (int i = row + left(ow); i < row + right(ow); i++) {
              sum += x[i];
            }
          }
          out[oi] = (float) (sum / pixels(oh, ow));
        }
      }
    }
  }

  /** Hands each gradient to the pixel that was the largest, or evenly to all that were averaged. */
  @Override
  public void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    for (int i = 0; i < dx.rows(); i++) {
      Arrays.fill(dx.data(), dx.row(i), dx.row(i + 1), 0f);
      if (kind == Kind.MAX) {
        maxBackward(
            dout.data(), dout.row(i), (n + i) * dout.cols(), dout.cols(), dx.data(), dx.row(i));
      } else {
        averageBackward(dout.data(), dout.row(i), dx.data(), dx.row(i));
      }
    }
  }

  private void maxBackward(float[] dout, int di, int wi, int size, float[] dx, int xi) {
    int[] from = where;
    for (int o = 0; o < size; o++) {
      dx[xi + from[wi + o]] += dout[di + o];
    }
  }

  private void averageBackward(float[] dout, int o, float[] dx, int xi) {
    Window w = window;
    for (int c = 0; c < C; c++) {
      for (int oh = 0; oh < w.OH(); oh++) {
        for (int ow = 0; ow < w.OW(); ow++, o++) {
          float share = dout[o] / pixels(oh, ow);
          for (int h = top(oh); h < bottom(oh); h++) {
            int row = xi + (c * w.H() + h) * w.W();
            for (int i = row + left(ow); i < row + right(ow); i++) {
              dx[i] += share;
            }
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
