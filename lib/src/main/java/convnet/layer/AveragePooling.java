package convnet.layer;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * Average pooling, which the book mentions in section 7.3.1 and does not build: the mean of those
 * pixels of a window that lie inside the image, each channel by itself. Padding does not count.
 */
public final class AveragePooling implements Layer {
  private final int PH;
  private final int PW;
  private final int stride;
  private final int pad;

  private Shape xShape; // (N, C, H, W)
  private Tensor share; // (OH*OW*C,): 1 / how many pixels of the window lie inside the image
  private Shape outShape; // (N, C, OH, OW)

  /**
   * Takes the mean of windows.
   *
   * @param PH the window's height in pixels
   * @param PW the window's width in pixels
   * @param stride the window's step
   * @param pad the pixels added on each side
   */
  public AveragePooling(int PH, int PW, int stride, int pad) {
    this.PH = PH;
    this.PW = PW;
    this.stride = stride;
    this.pad = pad;
  }

  /**
   * The mean of every window.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, C, OH, OW)}
   * @throws IllegalArgumentException if x has not four axes or the window does not fit
   */
  @Override
  public Tensor forward(Tensor x) {
    Window window = Checks.window("AveragePooling", x.shape(), PH, PW, stride, pad);
    int N = x.dim(0);
    int C = x.dim(1);

    // In an image of ones a window's sum is the number of its pixels inside the image.
    // (1, C, H, W) -> (OH*OW*C, PH*PW) -> (OH*OW*C,)
    Tensor ones = Tensor.full(1.0, 1, C, x.dim(2), x.dim(3));
    share = windows(ones).sum(1).map(count -> 1.0 / count);
    // (N, C, H, W) -> (N*OH*OW*C, PH*PW) -> (N*OH*OW*C,)
    Tensor sums = windows(x).sum(1);
    // (N*OH*OW*C,) -> (N, OH*OW*C), times (OH*OW*C,) for each image
    Tensor out = sums.reshape(N, -1).mul(share);
    // (N, OH*OW*C) -> (N, OH, OW, C) -> (N, C, OH, OW)
    out = out.reshape(N, window.OH(), window.OW(), C).transpose(0, 3, 1, 2);

    xShape = x.shape();
    outShape = out.shape();
    return out;
  }

  /** (N, C, H, W) -> (N*OH*OW, C*PH*PW) -> (N*OH*OW*C, PH*PW): one row a window and channel. */
  private Tensor windows(Tensor x) {
    return Im2col.im2col(x, PH, PW, stride, pad).reshape(-1, PH * PW);
  }

  /**
   * Hands each gradient in equal shares to the pixels that were averaged.
   *
   * @param dout {@code (N, C, OH, OW)}
   * @return {@code dx (N, C, H, W)}
   */
  @Override
  public Tensor backward(Tensor dout) {
    Checks.dout("AveragePooling", outShape, dout);
    int N = xShape.dim(0);
    int C = xShape.dim(1);
    // (N, C, OH, OW) -> (N, OH, OW, C) -> (N, OH*OW*C), times (OH*OW*C,) for each image
    dout = dout.transpose(0, 2, 3, 1).reshape(N, -1).mul(share);
    // (N*OH*OW*C, 1) . ones (1, PH*PW) -> (N*OH*OW*C, PH*PW): each number PH*PW times
    Tensor dcol_x = dout.reshape(-1, 1).dot(Tensor.full(1.0, 1, PH * PW));
    // (N*OH*OW*C, PH*PW) -> (N*OH*OW, C*PH*PW) -> (N, C, H, W)
    dcol_x = dcol_x.reshape(-1, C * PH * PW);
    return Im2col.col2im(dcol_x, xShape, PH, PW, stride, pad);
  }

  /** The window over images {@code (N, C, H, W)}, for the engine. */
  public Window window(Shape images) {
    return Checks.window("AveragePooling", images, PH, PW, stride, pad);
  }
}
