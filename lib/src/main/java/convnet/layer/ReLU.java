package convnet.layer;

import convnet.tensor.Elementwise;
import convnet.tensor.Matrix;
import convnet.tensor.Shape;

/**
 * {@code max(x, 0)}, for any shape (book, section 5.5.1). NaN stays NaN, so that it is found: the
 * common {@code x > 0 ? x : 0} would turn it into 0. Backward lets dout through where x was above
 * zero; unlike the memo's, it leaves dout as it was.
 */
public final class ReLU extends SliceLayer {
  private int words; // per image
  private int[] passes = {}; // where x was not zero or less

  @Override
  protected Shape prepare(Shape x) {
    int N = x.rank() == 0 ? 1 : x.dim(0);
    words = Elementwise.get().words(x.size() / N);
    if (passes.length < N * words) {
      passes = new int[N * words];
    }
    return x;
  }

  @Override
  public void forward(int n, Matrix x, Matrix out) {
    for (int i = 0; i < x.rows(); i++) {
      Elementwise.get()
          .relu(x.data(), x.row(i), out.data(), out.row(i), x.cols(), passes, (n + i) * words);
    }
  }

  @Override
  public void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    for (int i = 0; i < dx.rows(); i++) {
      Elementwise.get()
          .keep(passes, (n + i) * words, dout.data(), dout.row(i), dx.data(), dx.row(i), dx.cols());
    }
  }
}
