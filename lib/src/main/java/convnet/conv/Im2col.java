package convnet.conv;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * Windows of an image laid out as a matrix, so that a convolution becomes one matrix product (book,
 * section 7.4.3), and the way back.
 */
public final class Im2col {
  private static final int OUTSIDE = -1;

  private Im2col() {}

  /** As the next method, with 0 for pixels outside the image. */
  public static Tensor im2col(Tensor x, int FH, int FW, int stride, int pad) {
    return im2col(x, FH, FW, stride, pad, 0);
  }

  /**
   * Expands a batch: row {@code (n, oh, ow)} of the result is the window at that place, its columns
   * in the order {@code (c, fh, fw)}.
   *
   * @param x {@code (N, C, H, W)}
   * @param outside the value of pixels outside the image
   * @return {@code (N*OH*OW, C*FH*FW)}
   * @throws IllegalArgumentException if x has not four axes or the window does not fit
   */
  public static Tensor im2col(Tensor x, int FH, int FW, int stride, int pad, double outside) {
    Window window = window("im2col", x.shape(), FH, FW, stride, pad);
    int N = x.dim(0);
    int C = x.dim(1);
    int image = x.size() / N; // C*H*W
    int[] pixels = pixels(window, C);
    Tensor col = Tensor.zeros(N * window.OH() * window.OW(), C * FH * FW);
    for (int n = 0, i = 0; n < N; n++) {
      for (int pixel : pixels) {
        col.array()[i++] = pixel == OUTSIDE ? (float) outside : x.array()[n * image + pixel];
      }
    }
    return col;
  }

  /**
   * The adjoint of {@link #im2col}: adds every window back onto the pixels it came from. Where
   * windows overlap the values add up, so this is no inverse.
   *
   * @param col {@code (N*OH*OW, C*FH*FW)}
   * @param x the images' shape, {@code (N, C, H, W)}
   * @return of that shape
   * @throws IllegalArgumentException if the window does not fit or col has another shape
   */
  public static Tensor col2im(Tensor col, Shape x, int FH, int FW, int stride, int pad) {
    Window window = window("col2im", x, FH, FW, stride, pad);
    int N = x.dim(0);
    int C = x.dim(1);
    int image = x.size() / N; // C*H*W
    Shape expected = Shape.of(N * window.OH() * window.OW(), C * FH * FW);
    if (!col.shape().equals(expected)) {
      throw new IllegalArgumentException(
          "col2im: expected (N*OH*OW, C*FH*FW) = %s, got %s".formatted(expected, col.shape()));
    }
    int[] pixels = pixels(window, C);
    Tensor images = Tensor.zeros(x);
    for (int n = 0, i = 0; n < N; n++) {
      for (int pixel : pixels) {
        if (pixel != OUTSIDE) {
          images.array()[n * image + pixel] += col.array()[i];
        }
        i++;
      }
    }
    return images;
  }

  /** Which pixel of an image {@code (C, H, W)} each number of its column matrix is. */
  private static int[] pixels(Window at, int C) {
    int[] pixels = new int[at.OH() * at.OW() * C * at.FH() * at.FW()];
    int i = 0;
    for (int oh = 0; oh < at.OH(); oh++) {
      for (int ow = 0; ow < at.OW(); ow++) {
        for (int c = 0; c < C; c++) {
          for (int fh = 0; fh < at.FH(); fh++) {
            for (int fw = 0; fw < at.FW(); fw++) {
              int h = oh * at.stride() + fh - at.pad();
              int w = ow * at.stride() + fw - at.pad();
              boolean inside = h >= 0 && h < at.H() && w >= 0 && w < at.W();
              pixels[i++] = inside ? (c * at.H() + h) * at.W() + w : OUTSIDE;
            }
          }
        }
      }
    }
    return pixels;
  }

  private static Window window(String name, Shape x, int FH, int FW, int stride, int pad) {
    if (x.rank() != 4) {
      throw new IllegalArgumentException(name + ": expected images (N, C, H, W), got " + x);
    }
    return new Window(x.dim(2), x.dim(3), FH, FW, stride, pad);
  }
}
