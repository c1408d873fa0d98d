package convnet.layer;

import static convnet.tensor.Parallel.chunkCount;
import static convnet.tensor.Parallel.chunks;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.tensor.Matmul;
import convnet.tensor.Matrix;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.Arrays;

/**
 * The convolution layer (book, sections 7.2 and 7.4), one image at a time:
 *
 * <pre>out(FN, OH*OW) = W(FN, C*FH*FW) . col(C*FH*FW, OH*OW) + b</pre>
 *
 * which already is the image {@code (FN, OH, OW)}, without a transpose. The column matrix of one
 * image stays in cache, and memory does not grow with the batch. {@link BatchConvolution} is the
 * chapter's form; both give the same numbers.
 */
public final class Convolution implements ParameterLayer {
  private final Tensor W;
  private final Tensor b;
  private final int stride;
  private final int pad;

  private Tensor x;
  private Window window;
  private Shape outShape;
  private Tensor dW;
  private Tensor db;

  /**
   * A layer around W and b, which it shares.
   *
   * @param W filters, {@code (FN, C, FH, FW)}
   * @param b biases, {@code (FN,)}
   * @param stride the filter's step in pixels
   * @param pad zeros added on each side of the image, in pixels
   * @throws IllegalArgumentException if the shapes of W and b do not belong together
   */
  public Convolution(Tensor W, Tensor b, int stride, int pad) {
    Checks.filters("Convolution", W, b);
    this.W = W;
    this.b = b;
    this.stride = stride;
    this.pad = pad;
  }

  /**
   * Slides the filters over a batch.
   *
   * @param x {@code (N, C, H, W)}
   * @return {@code (N, FN, OH, OW)}
   * @throws IllegalArgumentException if x has other channels than W or the filter does not fit
   */
  @Override
  public Tensor forward(Tensor x) {
    Window w = Checks.window("Convolution", x, W, stride, pad);
    int N = x.dim(0);
    int FN = W.dim(0);
    int P = w.OH() * w.OW();
    int K = W.size() / FN;
    int image = x.size() / N;
    Tensor out = Tensor.zeros(N, FN, w.OH(), w.OW());
    chunks(
        N,
        (chunk, from, to) -> {
          float[] col = new float[K * P];
          for (int n = from; n < to; n++) {
            Im2col.expand(x.array(), n * image, W.dim(1), w, col);
            for (int f = 0; f < FN; f++) {
              int row = (n * FN + f) * P;
              Arrays.fill(out.array(), row, row + P, b.array()[f]);
            }
            Matmul.get()
                .add(
                    Matrix.of(out.array(), n * FN * P, FN, P),
                    Matrix.of(W, FN),
                    Matrix.of(col, 0, K, P));
          }
        });
    this.x = x;
    this.window = w;
    this.outShape = out.shape();
    return out;
  }

  /**
   * Gradients {@code dW (FN, C, FH, FW)}, {@code db (FN,)} and the returned {@code dx (N, C, H,
   * W)}.
   *
   * @param dout {@code (N, FN, OH, OW)}
   */
  @Override
  public Tensor backward(Tensor dout) {
    Checks.dout("Convolution", outShape, dout);
    Tensor dx = Tensor.zeros(x.shape());
    backward(dout, dx);
    return dx;
  }

  @Override
  public void backwardParameters(Tensor dout) {
    Checks.dout("Convolution", outShape, dout);
    backward(dout, null);
  }

  private void backward(Tensor dout, Tensor dx) {
    int N = x.dim(0);
    int FN = W.dim(0);
    int P = window.OH() * window.OW();
    int K = W.size() / FN;
    int image = x.size() / N;
    // Each chunk of images sums its own dW and db; the sums are added up below in fixed order.
    float[][] dWs = new float[chunkCount(N)][FN * K];
    float[][] dbs = new float[chunkCount(N)][FN];
    chunks(
        N,
        (chunk, from, to) -> {
          float[] col = new float[K * P];
          for (int n = from; n < to; n++) {
            Matrix doutN = Matrix.of(dout.array(), n * FN * P, FN, P);
            Im2col.expand(x.array(), n * image, W.dim(1), window, col);
            // (FN, OH*OW) . (OH*OW, C*FH*FW) -> (FN, C*FH*FW)
            Matmul.get().add(Matrix.of(dWs[chunk], 0, FN, K), doutN, Matrix.of(col, 0, K, P).t());
            addRowSums(doutN, dbs[chunk]);
            if (dx != null) {
              // (C*FH*FW, FN) . (FN, OH*OW) -> (C*FH*FW, OH*OW)
              Arrays.fill(col, 0f);
              Matmul.get().add(Matrix.of(col, 0, K, P), Matrix.of(W, FN).t(), doutN);
              Im2col.collect(col, W.dim(1), window, dx.array(), n * image);
            }
          }
        });
    dW = Tensor.wrap(total(dWs), W.shape());
    db = Tensor.wrap(total(dbs), b.shape());
  }

  private static void addRowSums(Matrix m, float[] sums) {
    for (int i = 0; i < m.rows(); i++) {
      double sum = 0;
      for (int j = 0; j < m.cols(); j++) {
        sum += m.data()[m.offset() + i * m.rowStride() + j];
      }
      sums[i] += (float) sum;
    }
  }

  private static float[] total(float[][] parts) {
    float[] sum = new float[parts[0].length];
    for (float[] part : parts) {
      for (int i = 0; i < sum.length; i++) {
        sum[i] += part[i];
      }
    }
    return sum;
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
