package convnet.layer;

import convnet.tensor.Matrix;
import convnet.tensor.Parallel;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * A layer that can work on some images of a batch without the others. It says here what it does to
 * any run of images; {@link #forward(Tensor)} and {@link #backward(Tensor)} give each thread its
 * share, and a network sends each share through all of its layers at once. In the matrices one row
 * is one image.
 */
public abstract class SliceLayer implements Layer {
  private Tensor x;
  private Shape outShape;
  private boolean remembers = true;

  /**
   * Makes ready for a batch.
   *
   * @param x its shape, {@code (N, ...)}
   * @param backward whether its way back will follow, for which much must be remembered
   * @return the output's shape, {@code (N, ...)}
   * @throws IllegalArgumentException if the layer cannot take such a batch; nothing has changed
   */
  public final Shape begin(Shape x, boolean backward) {
    remembers = backward;
    Shape out = prepare(x);
    this.x = null;
    this.outShape = null;
    return out;
  }

  /** As {@link #begin}: checks, then makes room for what N images have to be remembered by. */
  protected abstract Shape prepare(Shape x);

  /** Whether a way back will follow. */
  protected final boolean remembers() {
    return remembers;
  }

  /**
   * Some images forward.
   *
   * @param n the number of the first in the batch
   * @param x their input
   * @param out receives their output
   */
  public abstract void forward(int n, Matrix x, Matrix out);

  /**
   * The same images backward.
   *
   * @param n the number of the first in the batch
   * @param x their input, of forward
   * @param dout the gradient with respect to their output
   * @param dx receives the gradient with respect to their input, whatever was in it, unless that is
   *     left to {@link LearningLayer#gradients}; null if nobody needs it
   */
  public abstract void backward(int n, Matrix x, Matrix dout, Matrix dx);

  /** Whether one image after another is the fastest way; if not, the more at once the better. */
  public boolean imageByImage() {
    return true;
  }

  @Override
  public final Tensor forward(Tensor x) {
    Tensor out = Tensor.zeros(begin(x.shape(), true));
    Matrix xs = images(x);
    Matrix outs = images(out);
    Parallel.slices(
        xs.rows(), (slice, from, to) -> forward(from, xs.rows(from, to), outs.rows(from, to)));
    this.x = x;
    this.outShape = out.shape();
    return out;
  }

  @Override
  public final Tensor backward(Tensor dout) {
    Tensor dx = x == null ? null : Tensor.zeros(x.shape());
    backward(dout, dx);
    return dx;
  }

  /** The whole of a batch backward; dx may be null. */
  void backward(Tensor dout, Tensor dx) {
    Checks.dout(getClass().getSimpleName(), outShape, dout);
    Matrix xs = images(x);
    Matrix douts = images(dout);
    Matrix dxs = dx == null ? null : images(dx);
    Parallel.slices(
        xs.rows(),
        (slice, from, to) ->
            backward(
                from,
                xs.rows(from, to),
                douts.rows(from, to),
                dxs == null ? null : dxs.rows(from, to)));
  }

  /** The last forward's input. */
  final Tensor x() {
    return x;
  }

  private static Matrix images(Tensor t) {
    return Matrix.of(t, t.rank() == 0 ? 1 : t.dim(0));
  }
}
