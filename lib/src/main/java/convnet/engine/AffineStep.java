package convnet.engine;

import convnet.array.Indirect;
import convnet.array.LiveColumns;
import convnet.array.Matmul;
import convnet.array.Matrix;
import convnet.array.Panels;
import convnet.array.Parallel;
import convnet.array.VectorMatmul;
import convnet.layer.Affine;
import convnet.layer.Checks;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.Arrays;

/**
 * {@link Affine}: {@code out(N, M) = x(N, D) . W(D, M) + b(M)}.
 *
 * <p>Features that are zero in all images, as after ReLU they often are, cost nothing: they change
 * no result, and their rows of dW are zero.
 */
final class AffineStep extends LearningStep {
  /**
   * How many features to work on at a time on the way back: what they need of x and W stays in
   * cache. It has a whole number of the engines' tiles, in both directions.
   */
  private static final int FEATURES = 192;

  /** What of a slice's input is not zero. */
  private static final ThreadLocal<LiveColumns> LIVE = ThreadLocal.withInitial(LiveColumns::new);

  private final int D;
  private final int M;
  private final LiveColumns live = new LiveColumns(); // features of the batch
  private final float[] zeros; // (M), or more
  private Tensor douts; // (N, M), kept until every image of the batch is there
  private Panels packed; // the same, packed once for all threads

  AffineStep(Affine affine) {
    super(affine);
    D = W.dim(0);
    M = W.dim(1);
    zeros = new float[Math.max(M, FEATURES)];
  }

  @Override
  Shape begin(Shape x, boolean backward) {
    Checks.features(x, W);
    Shape out = Shape.of(x.dim(0), M);
    if (backward && (douts == null || !douts.shape().equals(out))) {
      douts = Tensor.zeros(out);
      packed = Panels.of(x.dim(0), M);
    }
    return out;
  }

  /** A product of many rows uses each part of W more often while it is in cache. */
  @Override
  boolean imageByImage() {
    return false;
  }

  @Override
  void forward(int n, Matrix x, Matrix out) {
    for (int i = 0; i < out.rows(); i++) {
      System.arraycopy(b.array(), 0, out.data(), out.row(i), M);
    }
    LiveColumns live = LIVE.get();
    live.find(x);
    // (N, d) . (d, M) -> (N, M), for d of the D features at a time
    live.runs(
        0,
        live.count(),
        D,
        (from, to) ->
            Matmul.get().add(out, x.cols(from, to), Matrix.of(W.array(), D).rows(from, to)));
  }

  @Override
  void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    System.arraycopy(dout.data(), dout.offset(), douts.array(), n * M, dout.rows() * M);
  }

  /**
   * Each thread takes some of the D features and all images: nearly the same ones from update to
   * update, so that their rows of W and dW stay with its core.
   */
  @Override
  void gradients(Matrix x, Matrix dx, boolean rectified) {
    Matrix start = Matrix.repeated(zeros, x.rows());
    Matrix dout = Matrix.of(douts.array(), x.rows());
    packed.pack(dout);
    if (dx == null || rectified) {
      live.find(x);
    } else {
      live.all(D);
    }
    if (live.count() < D) {
      Parallel.split(D, 64, (from, to) -> Arrays.fill(dW.array(), from * M, to * M, 0f));
    }
    Parallel.split(
        live.count(),
        64,
        (from, to) ->
            live.runs(
                from,
                to,
                FEATURES,
                (d, end) -> {
                  if (dx != null) {
                    // (N, M) . (M, d) -> (N, d), with so many rows of W
                    Matrix Wt = Matrix.of(W.array(), D).rows(d, end).t();
                    VectorMatmul.product(start, dx.cols(d, end), dout, Wt);
                  }
                  // (d, N) . (N, M) -> (d, M)
                  VectorMatmul.product(
                      Matrix.repeated(zeros, end - d),
                      Matrix.of(dW.array(), D).rows(d, end),
                      Indirect.of(x.cols(d, end).t()),
                      packed,
                      0);
                }));
    // (N, M) -> (M,)
    System.arraycopy(douts.sum(0).array(), 0, db.array(), 0, M);
  }
}
