package convnet.layer;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * The convolution layer as the chapter writes it (book, section 7.4.3): the whole batch is expanded
 * at once, and every change of shape stands on a line of its own. Kept to be read and as the oracle
 * of {@link Convolution}, which needs less memory and time.
 */
public final class BatchConvolution implements ParameterLayer {
  private final Tensor W;
  private final Tensor b;
  private final int stride;
  private final int pad;

  private Tensor x;
  private Tensor col_x;
  private Tensor col_W;
  private Shape outShape;
  private Tensor dW;
  private Tensor db;

  /**
   * A layer around W and b, which it shares.
   *
   * @param W filters, {@code (FN, C, FH, FW)}
   * @param b biases, {@code (FN,)}
   * @param stride the filter's step in pixels
   * @param pad zeros added on each side of the image, in pixels
   * @throws IllegalArgumentException if the shapes of W and b do not belong together
   */
  public BatchConvolution(Tensor W, Tensor b, int stride, int pad) {
    Checks.filters("BatchConvolution", W, b);
    this.W = W;
    this.b = b;
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
    Window window = Checks.window("BatchConvolution", x.shape(), W, stride, pad);
    int N = x.dim(0);
    int FN = W.dim(0);

    // (N, C, H, W) -> (N*OH*OW, C*FH*FW)
    col_x = Im2col.im2col(x, W.dim(2), W.dim(3), stride, pad);
    // (FN, C, FH, FW) -> (FN, C*FH*FW) -> (C*FH*FW, FN)
    col_W = W.reshape(FN, -1).transpose();
    // (N*OH*OW, C*FH*FW) . (C*FH*FW, FN) -> (N*OH*OW, FN)
    Tensor out = col_x.dot(col_W).add(b);
    // (N*OH*OW, FN) -> (N, OH, OW, FN) -> (N, FN, OH, OW)
    out = out.reshape(N, window.OH(), window.OW(), FN).transpose(0, 3, 1, 2);

    this.x = x;
    this.outShape = out.shape();
    return out;
  }

  /**
   * Gradients {@code dW (FN, C, FH, FW)}, {@code db (FN,)} and the returned {@code dx (N, C, H,
   * W)}.
   *
   * @param dout {@code (N, FN, OH, OW)}
   */
  @Override
  public Tensor backward(Tensor dout) {
    Checks.dout("BatchConvolution", outShape, dout);
    Tensor rows = differentiate(dout);
    // (N*OH*OW, FN) . (FN, C*FH*FW) -> (N*OH*OW, C*FH*FW)
    Tensor dcol_x = rows.dot(col_W.transpose());
    // (N*OH*OW, C*FH*FW) -> (N, C, H, W)
    return Im2col.col2im(
        dcol_x, x.dim(0), x.dim(1), x.dim(2), x.dim(3), W.dim(2), W.dim(3), stride, pad);
  }

  @Override
  public void backwardParameters(Tensor dout) {
    Checks.dout("BatchConvolution", outShape, dout);
    differentiate(dout);
  }

  /** Sets dW and db; returns dout as (N*OH*OW, FN). */
  private Tensor differentiate(Tensor dout) {
    // (N, FN, OH, OW) -> (N, OH, OW, FN) -> (N*OH*OW, FN)
    Tensor rows = dout.transpose(0, 2, 3, 1).reshape(-1, W.dim(0));
    // (C*FH*FW, N*OH*OW) . (N*OH*OW, FN) -> (C*FH*FW, FN) -> (FN, C*FH*FW) -> (FN, C, FH, FW)
    dW = col_x.transpose().dot(rows).transpose().reshape(W.shape().toArray());
    // (N*OH*OW, FN) -> (FN,)
    db = rows.sum(0);
    return rows;
  }

  @Override
  public Tensor W() {
    return W;
  }

  @Override
  public Tensor b() {
    return b;
  }

  @Override
  public Tensor dW() {
    return dW;
  }

  @Override
  public Tensor db() {
    return db;
  }
}
