package convnet.layer;

import convnet.tensor.Matmul;
import convnet.tensor.Matrix;
import convnet.tensor.Panels;
import convnet.tensor.Parallel;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.Arrays;

/**
 * The fully connected layer (book, section 5.6): {@code out(N, M) = x(N, D) . W(D, M) + b(M)}.
 * Input of more than two axes is read as {@code (N, D)}, and dx gets the input's shape back.
 */
public final class Affine extends LearningLayer {
  /** How many rows of dW to work on at a time: what they need of x stays in cache. */
  private static final int ROWS = 240;

  private final int D;
  private final int M;
  private final Panels forwards; // W (D, M), packed once for all slices
  private Panels backwards; // W transposed, (M, D), for dx
  private Tensor douts; // (N, M), kept for dW, a product over the whole batch
  private Panels packed; // the same

  /**
   * A layer around W and b, which it shares.
   *
   * @param W weights, {@code (D, M)}
   * @param b biases, {@code (M,)}
   * @throws IllegalArgumentException if the shapes of W and b do not belong together
   */
  public Affine(Tensor W, Tensor b) {
    super(W, b);
    if (W.rank() != 2 || !b.shape().equals(Shape.of(W.dim(1)))) {
      throw new IllegalArgumentException(
          "Affine: expected W (D, M) and b (M,), got W %s and b %s"
              .formatted(W.shape(), b.shape()));
    }
    D = W.dim(0);
    M = W.dim(1);
    forwards = new Panels(D, M);
  }

  @Override
  protected Shape prepare(Shape x) {
    if (x.rank() < 2) {
      throw new IllegalArgumentException(
          "Affine: expected input (N, ...) of two axes or more, got " + x);
    }
    int N = x.dim(0);
    if (x.size() / N != D) {
      throw new IllegalArgumentException(
          "Affine: input %s has %d features, W %s needs %d"
              .formatted(x, x.size() / N, W.shape(), D));
    }
    Shape out = Shape.of(N, M);
    if (douts == null || !douts.shape().equals(out)) {
      douts = Tensor.zeros(out);
      packed = new Panels(N, M);
    }
    forwards.pack(Matrix.of(W, D));
    return out;
  }

  /** A product of many rows uses each part of W more often while it is in cache. */
  @Override
  public boolean imageByImage() {
    return false;
  }

  @Override
  public void forward(int n, Matrix x, Matrix out) {
    for (int i = 0; i < out.rows(); i++) {
      System.arraycopy(b.array(), 0, out.data(), out.row(i), M);
    }
    // (N, D) . (D, M) -> (N, M)
    Matmul.get().add(out, x, forwards);
  }

  @Override
  public void beginBackward(boolean dx) {
    if (!dx) {
      return;
    }
    if (backwards == null) {
      backwards = new Panels(M, D);
    }
    backwards.pack(Matrix.of(W, D).t());
  }

  @Override
  public void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    System.arraycopy(dout.data(), dout.offset(), douts.array(), n * M, dout.rows() * M);
    if (dx != null) {
      // (N, M) . (M, D) -> (N, D)
      Arrays.fill(dx.data(), dx.offset(), dx.row(dx.rows()), 0f);
      Matmul.get().add(dx, dout, backwards);
    }
  }

  @Override
  public void gradients(Matrix x, Tensor dW, Tensor db) {
    packed.pack(Matrix.of(douts, x.rows()));
    // (D, N) . (N, M) -> (D, M)
    Parallel.split(
        D,
        64,
        (from, to) -> {
          Arrays.fill(dW.array(), from * M, to * M, 0f);
          for (int d = from; d < to; d += ROWS) {
            int end = Math.min(d + ROWS, to);
            Matmul.get().add(Matrix.of(dW, D).rows(d, end), x.cols(d, end).t(), packed);
          }
        });
    // (N, M) -> (M,)
    System.arraycopy(douts.sum(0).array(), 0, db.array(), 0, M);
  }
}
