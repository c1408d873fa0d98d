package convnet.layer;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * The max pooling layer (book, sections 7.3 and 7.4.4): each channel by itself, nothing to learn.
 *
 * <p>The book's code pads with zeros, which then beat every negative value, and forgets the pad in
 * the output size. Here the padding is minus infinity, which beats nothing, and the pad counts.
 */
public final class Pooling implements Layer {
  private final int PH;
  private final int PW;
  private final int stride;
  private final int pad;

  private Shape xShape; // (N, C, H, W)
  private Tensor argMax; // (N*OH*OW*C,): where in its window the largest is, 0 to PH*PW-1
  private Shape outShape; // (N, C, OH, OW)

  /**
   * Looks for the largest value in windows.
   *
   * @param PH the window's height in pixels
   * @param PW the window's width in pixels
   * @param stride the window's step
   * @param pad the pixels added on each side, minus infinity
   */
  public Pooling(int PH, int PW, int stride, int pad) {
    this.PH = PH;
    this.PW = PW;
    this.stride = stride;
    this.pad = pad;
  }

  /**
   * The largest value of every window; NaN counts as larger than any number.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C, OH, OW)}
   * @throws IllegalArgumentException if x has not four axes or the window does not fit
   */
  @Override
  public Tensor forward(Tensor x) {
    Window window = Checks.window("Pooling", x.shape(), PH, PW, stride, pad);
    int N = x.dim(0);
    int C = x.dim(1);

    // (N, C, H, W) -> (N*OH*OW, C*PH*PW) -> (N*OH*OW*C, PH*PW)
    Tensor col_x = Im2col.im2col(x, PH, PW, stride, pad, Double.NEGATIVE_INFINITY);
    col_x = col_x.reshape(-1, PH * PW);
    // (N*OH*OW*C, PH*PW) -> (N*OH*OW*C,)
    argMax = col_x.argmax(1);
    Tensor out = col_x.pick(argMax); // the book's max would search once more
    // (N*OH*OW*C,) -> (N, OH, OW, C) -> (N, C, OH, OW)
    out = out.reshape(N, window.OH(), window.OW(), C).transpose(0, 3, 1, 2);

    xShape = x.shape();
    outShape = out.shape();
    return out;
  }

  /**
   * Hands each gradient to the pixel that was the largest.
   *
   * @param dout {@code (N, C, OH, OW)}
   * @return {@code dx (N, C, H, W)}
   */
  @Override
  public Tensor backward(Tensor dout) {
    Checks.dout("Pooling", outShape, dout);
    // (N, C, OH, OW) -> (N, OH, OW, C)
    dout = dout.transpose(0, 2, 3, 1);
    // dout in reading order is (N*OH*OW*C,), one number for each row of dcol_x (N*OH*OW*C, PH*PW):
    // it goes to column argMax, and the others stay 0. (A tensor holds floats, positions too.)
    Tensor dcol_x = Tensor.zeros(dout.size(), PH * PW);
    for (int i = 0; i < dout.size(); i++) {
      dcol_x.array()[i * PH * PW + (int) argMax.array()[i]] = dout.array()[i];
    }
    // (N*OH*OW*C, PH*PW) -> (N*OH*OW, C*PH*PW) -> (N, C, H, W)
    dcol_x = dcol_x.reshape(-1, xShape.dim(1) * PH * PW);
    return Im2col.col2im(dcol_x, xShape, PH, PW, stride, pad);
  }

  /** Whether the window has this size and step and no padding, for the engine. */
  public boolean hasWindow(int PH, int PW, int stride) {
    return this.PH == PH && this.PW == PW && this.stride == stride && pad == 0;
  }

  /** The window over images {@code (N, C, H, W)}, for the engine. */
  public Window window(Shape images) {
    return Checks.window("Pooling", images, PH, PW, stride, pad);
  }
}
