package convnet.workbook;

import convnet.conv.Im2col;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/** The mistakes that every backward can make. */
final class Gradients {
  private static final String MEAN =
      "It is divided by N: the loss has divided already, once is enough.";

  private Gradients() {}

  static Expected dW(Sheet sheet, String axes, Tensor right, Tensor earlier, int N) {
    return sheet
        .expect("dW", axes, right)
        .or(earlier, "It belongs to an earlier forward: each forward must remember its own x.")
        .or(right.add(earlier), "It is added to the former dW: each backward sets dW anew.")
        .or(right.mul(1.0 / N), MEAN);
  }

  static Expected db(Sheet sheet, String axes, Tensor right, int N) {
    return sheet
        .expect("db", axes, right)
        .or(right.mul(1.0 / N), MEAN)
        .or(Tensor.of(right.sum()), "Sum over the first axis only: one number for each bias.");
  }

  /**
   * As col2im, but where windows overlap only the last number counts.
   *
   * @param zeros whether a 0 counts, too
   */
  static Tensor overwritten(
      Tensor dcol, Shape x, int FH, int FW, int stride, int pad, boolean zeros) {
    // number the pixels from 1: im2col tells for each number of dcol where it goes, 0 is outside
    Tensor places = Im2col.im2col(Tensor.arange(x.toArray()).map(i -> i + 1), FH, FW, stride, pad);
    Tensor dx = Tensor.zeros(x);
    for (int i = 0; i < dcol.size(); i++) {
      if (places.array()[i] > 0 && (zeros || dcol.array()[i] != 0)) {
        dx.array()[(int) places.array()[i] - 1] = dcol.array()[i];
      }
    }
    return dx;
  }
}
