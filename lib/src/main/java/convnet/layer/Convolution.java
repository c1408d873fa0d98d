package convnet.layer;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * The convolution layer (book, sections 7.2 and 7.4.3): windows become rows, filters become
 * columns, and what is left is the affine layer's product. W, b, dW and db are declared in {@link
 * ParameterLayer}.
 */
public final class Convolution extends ParameterLayer {
  private final int stride;
  private final int pad;

  private Tensor x; // (N, C, H, W)
  private Tensor col_x; // (N*OH*OW, C*FH*FW)
  private Tensor col_W; // (C*FH*FW, FN)
  private Shape outShape; // (N, FN, OH, OW)

  /**
   * A layer around W and b, which it shares.
   *
   * @param W filters, {@code (FN, C, FH, FW)}
   * @param b biases, {@code (FN,)}
   * @param stride the filter's step in pixels
   * @param pad zeros added on each side of the image, in pixels
   * @throws IllegalArgumentException if the shapes of W and b do not belong together
   */
  public Convolution(Tensor W, Tensor b, int stride, int pad) {
    super(W, b);
    Checks.filters(W, b);
    this.stride = stride;
    this.pad = pad;
  }

  /**
   * Slides the filters over a batch.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, FN, OH, OW)}
   * @throws IllegalArgumentException if x has other channels than W or the filter does not fit
   */
  @Override
  public Tensor forward(Tensor x) {
    Window window = Checks.window(x.shape(), W, stride, pad);
    int N = x.dim(0);
    int FN = W.dim(0);
    int FH = W.dim(2);
    int FW = W.dim(3);

    // (N, C, H, W) -> (N*OH*OW, C*FH*FW)
    col_x = Im2col.im2col(x, FH, FW, stride, pad);
    // (FN, C, FH, FW) -> (FN, C*FH*FW) -> (C*FH*FW, FN)
    col_W = W.reshape(FN, -1).transpose();
    // (N*OH*OW, C*FH*FW) . (C*FH*FW, FN) + (FN,) -> (N*OH*OW, FN)
    Tensor out = col_x.dot(col_W).add(b);
    // (N*OH*OW, FN) -> (N, OH, OW, FN) -> (N, FN, OH, OW)
    out = out.reshape(N, window.OH(), window.OW(), FN).transpose(0, 3, 1, 2);

    this.x = x;
    this.outShape = out.shape();
    return out;
  }

  /**
   * Sets {@code dW (FN, C, FH, FW)} and {@code db (FN,)}.
   *
   * @param dout {@code (N, FN, OH, OW)}
   * @return {@code dx (N, C, H, W)}
   */
  @Override
  public Tensor backward(Tensor dout) {
    Checks.dout("Convolution", outShape, dout);
    int FN = W.dim(0);
    int C = W.dim(1);
    int FH = W.dim(2);
    int FW = W.dim(3);

    // (N, FN, OH, OW) -> (N, OH, OW, FN) -> (N*OH*OW, FN)
    dout = dout.transpose(0, 2, 3, 1).reshape(-1, FN);
    // (N*OH*OW, FN) . (FN, C*FH*FW) -> (N*OH*OW, C*FH*FW)
    Tensor dcol_x = dout.dot(col_W.transpose());
    // (FN, N*OH*OW) . (N*OH*OW, C*FH*FW) -> (FN, C*FH*FW) -> (FN, C, FH, FW)
    // The book's col_x^T . dout is this product lying on its side, and has to be transposed.
    dW = dout.transpose().dot(col_x).reshape(FN, C, FH, FW);
    // (N*OH*OW, FN) -> (FN,)
    db = dout.sum(0);
    // (N*OH*OW, C*FH*FW) -> (N, C, H, W)
    return Im2col.col2im(dcol_x, x.shape(), FH, FW, stride, pad);
  }

  /** The filter's step in pixels, for the engine. */
  public int stride() {
    return stride;
  }

  /** The zeros added on each side of the image, in pixels, for the engine. */
  public int pad() {
    return pad;
  }
}
