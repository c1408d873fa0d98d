package convnet.engine;

import convnet.array.Matrix;
import convnet.tensor.Shape;

/**
 * What the engine does in the place of one layer, or of some, to any run of a batch's images. In
 * the matrices one row is one image.
 */
abstract class Step {
  /**
   * Makes ready for a batch.
   *
   * @param x its shape, {@code (N, ...)}
   * @param backward whether its way back will follow, for which much must be remembered
   * @return the output's shape, {@code (N, ...)}
   * @throws IllegalArgumentException if the layer cannot take such a batch; nothing has changed
   */
  abstract Shape begin(Shape x, boolean backward);

  /**
   * Some images forward.
   *
   * @param n the number of the first in the batch
   * @param x their input
   * @param out receives their output
   */
  abstract void forward(int n, Matrix x, Matrix out);

  /**
   * The same images backward.
   *
   * @param n the number of the first in the batch
   * @param x their input, of forward, for the first step of a block; the others remember what they
   *     need of it, and get null
   * @param dout the gradient with respect to their output
   * @param dx receives the gradient with respect to their input, whatever was in it, unless that is
   *     left to {@link LearningStep#gradients}; null if nobody needs it
   */
  abstract void backward(int n, Matrix x, Matrix dout, Matrix dx);

  /** How many of the steps behind it {@link #forward} does as well, for such a batch. */
  int joined() {
    return 0;
  }

  /** Whether one image after another is the fastest way; if not, the more at once the better. */
  boolean imageByImage() {
    return true;
  }
}
