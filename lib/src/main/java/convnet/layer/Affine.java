package convnet.layer;

import static convnet.tensor.Parallel.split;

import convnet.tensor.Matmul;
import convnet.tensor.Matrix;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/**
 * The fully connected layer (book, section 5.6): {@code out(N, M) = x(N, D) . W(D, M) + b(M)}.
 * Input of more than two axes is read as {@code (N, D)}, and dx gets the input's shape back.
 */
public final class Affine implements ParameterLayer {
  private final Tensor W;
  private final Tensor b;

  private Tensor x;
  private Shape outShape;
  private Tensor dW;
  private Tensor db;

  /**
   * A layer around W and b, which it shares.
   *
   * @param W weights, {@code (D, M)}
   * @param b biases, {@code (M,)}
   * @throws IllegalArgumentException if the shapes of W and b do not belong together
   */
  public Affine(Tensor W, Tensor b) {
    if (W.rank() != 2 || !b.shape().equals(Shape.of(W.dim(1)))) {
      throw new IllegalArgumentException(
          "Affine: expected W (D, M) and b (M,), got W %s and b %s"
              .formatted(W.shape(), b.shape()));
    }
    this.W = W;
    this.b = b;
  }

  /**
   * The product with W, plus b.
   *
   * @param x {@code (N, ...)} with D values for each n
   * @return {@code (N, M)}
   * @throws IllegalArgumentException if x has another number of features
   */
  @Override
  public Tensor forward(Tensor x) {
    if (x.rank() < 2) {
      throw new IllegalArgumentException(
          "Affine: expected input (N, ...) of two axes or more, got " + x.shape());
    }
    int N = x.dim(0);
    int D = W.dim(0);
    int M = W.dim(1);
    if (x.size() / N != D) {
      throw new IllegalArgumentException(
          "Affine: input %s has %d features, W %s needs %d"
              .formatted(x.shape(), x.size() / N, W.shape(), D));
    }
    Tensor out = Tensor.zeros(N, M);
    split(
        N,
        (from, to) -> {
          for (int n = from; n < to; n++) {
            System.arraycopy(b.array(), 0, out.array(), n * M, M);
          }
          Matmul.get()
              .add(
                  Matrix.of(out, N).rows(from, to),
                  Matrix.of(x, N).rows(from, to),
                  Matrix.of(W, D));
        });
    this.x = x;
    this.outShape = out.shape();
    return out;
  }

  /**
   * Gradients {@code dW (D, M)}, {@code db (M,)} and the returned dx of x's shape.
   *
   * @param dout {@code (N, M)}
   */
  @Override
  public Tensor backward(Tensor dout) {
    backwardParameters(dout);
    int N = x.dim(0);
    Tensor dx = Tensor.zeros(x.shape());
    // (N, M) . (M, D) -> (N, D)
    split(
        W.dim(0),
        (from, to) ->
            Matmul.get()
                .add(
                    Matrix.of(dx, N).cols(from, to),
                    Matrix.of(dout, N),
                    Matrix.of(W, W.dim(0)).rows(from, to).t()));
    return dx;
  }

  @Override
  public void backwardParameters(Tensor dout) {
    Checks.dout("Affine", outShape, dout);
    int N = x.dim(0);
    dW = Tensor.zeros(W.shape());
    // (D, N) . (N, M) -> (D, M)
    split(
        W.dim(0),
        (from, to) ->
            Matmul.get()
                .add(
                    Matrix.of(dW, W.dim(0)).rows(from, to),
                    Matrix.of(x, N).cols(from, to).t(),
                    Matrix.of(dout, N)));
    // (N, M) -> (M,)
    db = dout.sum(0);
  }

  @Override
  public Tensor W() {
    return W;
  }

  @Override
  public Tensor b() {
    return b;
  }

  @Override
  public Tensor dW() {
    return dW;
  }

  @Override
  public Tensor db() {
    return db;
  }
}
