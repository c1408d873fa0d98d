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
    Columns columns = new Columns(window, C);
    Runs all = columns.part(0, P);
    float[] image = new float[columns.paddedSize()];
    float[] one = new float[K * P + Elementwise.SLACK];
    for (int n = 0; n < N; n++) {
      columns.pad(x.array(), n * C * window.H() * window.W(), image);
      columns.expand(image, all, one, P);
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
          "col2im: expected (N*OH*OW, C*FH*FW) = (%s, %s), got %s"
              .formatted(N * P, K, col.shape()));
    }
    Tensor x = Tensor.zeros(N, C, H, W);
    Columns columns = new Columns(window, C);
    float[] image = new float[columns.paddedSize()];
    float[] one = new float[K * P];
    for (int n = 0; n < N; n++) {
      for (int k = 0; k < K; k++) {
        for (int p = 0; p < P; p++) {
          one[k * P + p] = col.array()[(n * P + p) * K + k];
        }
      }
      Arrays.fill(image, 0f);
      columns.collect(one, 0, window.OH(), image);
      columns.unpad(image, x.array(), n * C * H * W);
    }
    return x;
  }

  /**
   * Expands one image the other way round, {@code (C, H, W) -> (C*FH*FW, OH*OW)}: row {@code (c,
   * fh, fw)} holds that pixel of every window. Only the windows of output rows {@code from <= oh <
   * to} are wanted, so a row of the result has {@code (to - from) * OW} numbers. The fast layers
   * use {@link Columns} itself.
   *
   * @param x holds the image from {@code xi} on
   * @param col receives the rows from {@code ci} on
   */
  public static void expand(
      float[] x, int xi, int C, Window w, int from, int to, float[] col, int ci) {
    Columns columns = new Columns(w, C);
    float[] image = new float[columns.paddedSize()];
    columns.pad(x, xi, image);
    Runs part = columns.part(from * w.OW(), to * w.OW());
    int size = columns.rows() * part.count();
    float[] rows = new float[size + Elementwise.SLACK];
    columns.expand(image, part, rows, part.count());
    System.arraycopy(rows, 0, col, ci, size);
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
