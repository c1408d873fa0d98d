package convnet.layer;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * {@code max(x, 0)}, for any shape (book, section 5.5.1). NaN is not {@code <= 0}, so it passes and
 * shows up in the loss. The book's backward changes the dout that it is given; this one does not.
 */
public final class ReLU implements Layer {
  private Tensor mask; // of x's shape: 1 where x <= 0, else 0
  private Shape outShape; // x's shape

  /**
   * Replaces what is not above 0 by 0.
   *
   * @param x of any shape
   * @return of the same shape
   */
  @Override
  public Tensor forward(Tensor x) {
    mask = x.atMost(0);
    outShape = x.shape();
    return x.zeroWhere(mask);
  }

  /**
   * Lets through what belongs to an x that was let through.
   *
   * @param dout of x's shape
   * @return dx, of that shape
   */
  @Override
  public Tensor backward(Tensor dout) {
    Checks.dout("ReLU", outShape, dout);
    return dout.zeroWhere(mask);
  }
}
