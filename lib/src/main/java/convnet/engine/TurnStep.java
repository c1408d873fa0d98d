package convnet.engine;

import convnet.array.Matrix;
import convnet.tensor.Shape;

/**
 * Images from the chapter's order in memory, {@code (C, H, W)}, to {@code (H, W, C)}, where each
 * pixel has its channels side by side, or back. Their shape keeps the chapter's name, {@code (N, C,
 * H, W)}.
 */
final class TurnStep extends Step {
  private final boolean channelsLast;
  private int C;

  /** A step that leaves the channels last, or first. */
  TurnStep(boolean channelsLast) {
    this.channelsLast = channelsLast;
  }

  @Override
  Shape begin(Shape x, boolean backward) {
    C = x.dim(1);
    return x;
  }

  @Override
  void forward(int n, Matrix x, Matrix out) {
    turn(x, out, channelsLast);
  }

  @Override
  void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    turn(dout, dx, !channelsLast);
  }

  private void turn(Matrix from, Matrix to, boolean last) {
    int rows = last ? C : from.cols() / C;
    for (int i = 0; i < from.rows(); i++) {
      from.row(i, rows).t().copyTo(to.row(i, from.cols() / rows));
    }
  }
}
