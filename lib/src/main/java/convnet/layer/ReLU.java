package convnet.layer;

import static convnet.tensor.Parallel.split;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * {@code max(x, 0)}, for any shape (book, section 5.5.1). NaN stays NaN, so that it is found: the
 * common {@code x > 0 ? x : 0} would turn it into 0.
 */
public final class ReLU implements Layer {
  private Tensor x;

  /** Zero where x is zero or less, otherwise x. */
  @Override
  public Tensor forward(Tensor x) {
    Tensor out = Tensor.zeros(x.shape());
    select(x.array(), x.array(), out.array());
    this.x = x;
    return out;
  }

  /** Lets dout through where x was above zero. Unlike the memo's, it leaves dout as it was. */
  @Override
  public Tensor backward(Tensor dout) {
    Shape shape = x == null ? null : x.shape();
    Checks.dout("ReLU", shape, dout);
    Tensor dx = Tensor.zeros(shape);
    select(x.array(), dout.array(), dx.array());
    return dx;
  }

  /** out = x <= 0 ? 0 : value, written so that NaN is not below anything. */
  private static void select(float[] x, float[] value, float[] out) {
    split(
        x.length,
        (from, to) -> {
          for (int i = from; i < to; i++) {
            out[i] = x[i] <= 0 ? 0 : value[i];
          }
        });
  }
}
