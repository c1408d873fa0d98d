package convnet.conv;

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
      expand(x.array(), n * C * window.H() * window.W(), C, window, one);
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
      collect(one, C, window, x.array(), n * C * H * W);
    }
    return x;
  }

  /**
   * Expands one image the other way round, {@code (C, H, W) -> (C*FH*FW, OH*OW)}: row {@code (c,
   * fh, fw)} holds that pixel of every window. Along a row the image is read as it lies in memory.
   *
   * @param x holds the image from {@code offset} on
   * @param col receives {@code C*FH*FW} rows of {@code OH*OW}
   */
  public static void expand(float[] x, int offset, int C, Window w, float[] col) {
    int OH = w.OH();
    int OW = w.OW();
    int row = 0;
    for (int c = 0; c < C; c++) {
      int plane = offset + c * w.H() * w.W();
      for (int fh = 0; fh < w.FH(); fh++) {
        for (int fw = 0; fw < w.FW(); fw++, row += OH * OW) {
          int first = firstInside(fw, w);
          int end = endInside(fw, w);
          for (int oh = 0; oh < OH; oh++) {
            int to = row + oh * OW;
            int h = oh * w.stride() + fh - w.pad();
            if (h < 0 || h >= w.H() || first >= end) {
              Arrays.fill(col, to, to + OW, 0f);
              continue;
            }
            int from = plane + h * w.W() + fw - w.pad();
            Arrays.fill(col, to, to + first, 0f);
            if (w.stride() == 1) {
              System.arraycopy(x, from + first, col, to + first, end - first);
            } else {
              for (int ow = first; ow < end; ow++) {
                col[to + ow] = x[from + ow * w.stride()];
              }
            }
            Arrays.fill(col, to + end, to + OW, 0f);
          }
        }
      }
    }
  }

  /**
   * The adjoint of {@link #expand}: adds {@code (C*FH*FW, OH*OW)} back onto the image {@code (C, H,
   * W)} that lies in x from {@code offset} on.
   */
  public static void collect(float[] col, int C, Window w, float[] x, int offset) {
    int OH = w.OH();
    int OW = w.OW();
    int row = 0;
    for (int c = 0; c < C; c++) {
      int plane = offset + c * w.H() * w.W();
      for (int fh = 0; fh < w.FH(); fh++) {
        for (int fw = 0; fw < w.FW(); fw++, row += OH * OW) {
          int first = firstInside(fw, w);
          int end = endInside(fw, w);
          for (int oh = 0; oh < OH; oh++) {
            int h = oh * w.stride() + fh - w.pad();
            if (h < 0 || h >= w.H()) {
              continue;
            }
            int to = plane + h * w.W() + fw - w.pad();
            for (int ow = first; ow < end; ow++) {
              x[to + ow * w.stride()] += col[row + oh * OW + ow];
            }
          }
        }
      }
    }
  }

  /** The first step across at which pixel {@code fw} of the window lies in the image. */
  private static int firstInside(int fw, Window w) {
    return Math.min(w.OW(), Math.max(0, (w.pad() - fw + w.stride() - 1) / w.stride()));
  }

  /** One past the last such step. */
  private static int endInside(int fw, Window w) {
    int last = w.W() - 1 + w.pad() - fw;
    return last < 0 ? 0 : Math.min(w.OW(), last / w.stride() + 1);
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
