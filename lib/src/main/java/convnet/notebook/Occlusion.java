package convnet.notebook;

import convnet.net.Network;
import convnet.tensor.Functions;
import convnet.tensor.Tensor;

/**
 * Which pixels matter, found by covering them (Zeiler and Fergus, ECCV 2014): a square of zeros
 * moves over the image, and at each place the network is asked again.
 */
public final class Occlusion {
  private Occlusion() {}

  /**
   * The probability of a class for every place of the cover.
   *
   * @param x one image, {@code (1, C, H, W)}
   * @param klass counted from 0
   * @param side of the cover in pixels; it moves by one pixel
   * @return {@code (H - side + 1, W - side + 1)}
   * @throws IllegalArgumentException if x is not one image or the cover does not fit
   */
  public static Tensor probabilities(Network network, Tensor x, int klass, int side) {
    if (x.rank() != 4 || x.dim(0) != 1) {
      throw new IllegalArgumentException(
          "Occlusion: expected one image (1, C, H, W), got " + x.shape());
    }
    int C = x.dim(1);
    int H = x.dim(2);
    int W = x.dim(3);
    if (side < 1 || side > Math.min(H, W)) {
      throw new IllegalArgumentException(
          "Occlusion: expected a side from 1 to %s, got %s".formatted(Math.min(H, W), side));
    }
    Tensor places = Tensor.zeros(H - side + 1, W - side + 1);
    Tensor row = Tensor.zeros(places.dim(1), C, H, W);
    for (int top = 0; top < places.dim(0); top++) {
      for (int left = 0; left < places.dim(1); left++) {
        System.arraycopy(x.array(), 0, row.array(), left * C * H * W, C * H * W);
        for (int c = 0; c < C; c++) {
          for (int h = top; h < top + side; h++) {
            for (int w = left; w < left + side; w++) {
              row.set(0, left, c, h, w);
            }
          }
        }
      }
      Tensor y = Functions.softmax(network.predict(row));
      for (int left = 0; left < places.dim(1); left++) {
        places.set(y.get(left, klass), top, left);
      }
    }
    return places;
  }
}
