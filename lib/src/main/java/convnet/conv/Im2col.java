package convnet.conv;

import convnet.tensor.Elementwise;
import convnet.tensor.Tensor;
import java.util.Arrays;

/**
 * Windows of an image laid out as a matrix, so that a convolution becomes one matrix product (book,
 * section 7.4.3), and the way back.
 */
public final class Im2col {
  private Im2col() {}

  /**
   * Expands a batch: row {@code (n, oh, ow)} of the result is the window at that place, its columns
   * in the order {@code (c, fh, fw)}. Pixels outside the image are 0.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N*OH*OW, C*FH*FW)}
   * @throws IllegalArgumentException if x has not four axes or the window does not fit
   */
  public static Tensor im2col(Tensor x, int FH, int FW, int stride, int pad) {
    int C = images("im2col", x);
    Window window = new Window(x.dim(2), x.dim(3), FH, FW, stride, pad);
    int N = x.dim(0);
    int K = C * FH * FW;
    int P = window.OH() * window.OW();
    Tensor col = Tensor.zeros(N * P, K);
    float[] one = new float[K * P];
    for (int n = 0; n < N; n++) {
      expand(x.array(), n * C * window.H() * window.W(), C, window, 0, window.OH(), one, 0);
      for (int k = 0; k < K; k++) {
        for (int p = 0; p < P; p++) {
          col.array()[(n * P + p) * K + k] = one[k * P + p];
        }
      }
    }
    return col;
  }

  /**
   * The adjoint of {@link #im2col}: adds every window back onto the pixels it came from. Where
   * windows overlap the values add up, so this is no inverse.
   *
   * @param col {@code (N*OH*OW, C*FH*FW)}
   * @param N the number of images
   * @param C their channels
   * @param H their height
   * @param W their width
   * @return {@code (N, C, H, W)}
   * @throws IllegalArgumentException if the window does not fit or col has another shape
   */
  public static Tensor col2im(
      Tensor col, int N, int C, int H, int W, int FH, int FW, int stride, int pad) {
    Window window = new Window(H, W, FH, FW, stride, pad);
    int K = C * FH * FW;
    int P = window.OH() * window.OW();
    if (col.rank() != 2 || col.dim(0) != N * P || col.dim(1) != K) {
      throw new IllegalArgumentException(
          "col2im: expected (N*OH*OW, C*FH*FW) = (%d, %d), got %s"
              .formatted(N * P, K, col.shape()));
    }
    Tensor x = Tensor.zeros(N, C, H, W);
    float[] one = new float[K * P];
    for (int n = 0; n < N; n++) {
      for (int k = 0; k < K; k++) {
        for (int p = 0; p < P; p++) {
          one[k * P + p] = col.array()[(n * P + p) * K + k];
        }
      }
      collect(one, C, window, 0, window.OH(), x.array(), n * C * H * W);
    }
    return x;
  }

  /**
   * Expands one image the other way round, {@code (C, H, W) -> (C*FH*FW, OH*OW)}: row {@code (c,
   * fh, fw)} holds that pixel of every window. Along a row the image is read as it lies in memory.
   * Only the windows of output rows {@code from <= oh < to} are wanted, so a row of the result has
   * {@code (to - from) * OW} numbers.
   *
   * @param x holds the image from {@code xi} on
   * @param col receives the rows from {@code ci} on
   */
  public static void expand(
      float[] x, int xi, int C, Window w, int from, int to, float[] col, int ci) {
    int P = (to - from) * w.OW();
    int s = w.stride();
    int row = ci;
    for (int c = 0; c < C; c++) {
      int plane = xi + c * w.H() * w.W();
      for (int fh = 0; fh < w.FH(); fh++) {
        int top = Math.min(to, Math.max(from, first(fh, w)));
        int bottom = Math.max(top, Math.min(to, end(fh, w.H(), w.OH(), w)));
        for (int fw = 0; fw < w.FW(); fw++, row += P) {
          int left = Math.min(w.OW(), first(fw, w));
          int right = Math.max(left, end(fw, w.W(), w.OW(), w));
          border(col, row, w.OW(), to - from, top - from, bottom - from, left, right);
          if (left == right) {
            continue; // a narrow image: this pixel of the window always meets padding
          }
          // The rectangle of steps at which this pixel of the window lies in the image.
          int in = plane + (top * s + fh - w.pad()) * w.W() + left * s + fw - w.pad();
          int out = row + (top - from) * w.OW() + left;
          if (s == 1) {
            Elementwise.get().copy(x, in, w.W(), col, out, w.OW(), bottom - top, right - left);
          } else {
            for (int oh = 0; oh < bottom - top; oh++) {
              for (int ow = 0; ow < right - left; ow++) {
                col[out + oh * w.OW() + ow] = x[in + (oh * w.W() + ow) * s];
              }
            }
          }
        }
      }
    }
  }

  /** Zeros around a rectangle of {@code rows} rows of {@code cols} numbers: where padding is. */
  private static void border(
      float[] col, int at, int cols, int rows, int top, int bottom, int left, int right) {
    Arrays.fill(col, at, at + top * cols, 0f);
    if (left > 0 || right < cols) {
      for (int r = at + top * cols; r < at + bottom * cols; r += cols) {
        for (int c = 0; c < left; c++) {
          col[r + c] = 0;
        }
        for (int c = right; c < cols; c++) {
          col[r + c] = 0;
        }
      }
    }
    Arrays.fill(col, at + bottom * cols, at + rows * cols, 0f);
  }

  /**
   * The adjoint of {@link #expand}: adds {@code (C*FH*FW, (to - from) * OW)} back onto the image
   * {@code (C, H, W)} that lies in x from {@code xi} on.
   */
  public static void collect(float[] col, int C, Window w, int from, int to, float[] x, int xi) {
    int s = w.stride();
    int row = 0;
    for (int c = 0; c < C; c++) {
      int plane = xi + c * w.H() * w.W();
      for (int fh = 0; fh < w.FH(); fh++) {
        int top = Math.min(to, Math.max(from, first(fh, w)));
        int bottom = Math.max(top, Math.min(to, end(fh, w.H(), w.OH(), w)));
        for (int fw = 0; fw < w.FW(); fw++, row += (to - from) * w.OW()) {
          int left = Math.min(w.OW(), first(fw, w));
          int right = Math.max(left, end(fw, w.W(), w.OW(), w));
          if (left == right) {
            continue;
          }
          int out = plane + (top * s + fh - w.pad()) * w.W() + left * s + fw - w.pad();
          int in = row + (top - from) * w.OW() + left;
          if (s == 1) {
            Elementwise.get().add(col, in, w.OW(), x, out, w.W(), bottom - top, right - left);
          } else {
            for (int oh = 0; oh < bottom - top; oh++) {
              for (int ow = 0; ow < right - left; ow++) {
                x[out + (oh * w.W() + ow) * s] += col[in + oh * w.OW() + ow];
              }
            }
          }
        }
      }
    }
  }

  /** The first step at which pixel f of the window, down or across, lies in the image. */
  private static int first(int f, Window w) {
    return Math.max(0, (w.pad() - f + w.stride() - 1) / w.stride());
  }

  /** One past the last such step, of an image of {@code size} pixels and so many steps. */
  private static int end(int f, int size, int steps, Window w) {
    int last = size - 1 + w.pad() - f;
    return last < 0 ? 0 : Math.min(steps, last / w.stride() + 1);
  }

  /**
   * Checks that x is a batch of images.
   *
   * @return its number of channels
   */
  private static int images(String operation, Tensor x) {
    if (x.rank() != 4) {
      throw new IllegalArgumentException(
          operation + ": expected images (N, C, H, W), got " + x.shape());
    }
    return x.dim(1);
  }
}
