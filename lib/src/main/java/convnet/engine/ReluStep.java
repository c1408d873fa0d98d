package convnet.engine;

import convnet.array.Elementwise;
import convnet.array.Heap;
import convnet.array.Matrix;
import convnet.layer.ReLU;
import convnet.tensor.Shape;

/** {@link ReLU}; remembers with one bit a number where x was not zero or less. */
final class ReluStep extends Step {
  private int words; // per image
  private int[] passes = {};

  @Override
  Shape begin(Shape x, boolean backward) {
    int N = x.dim(0);
    words = Elementwise.words(x.size() / N);
    passes = Heap.room(passes, N * words);
    return x;
  }

  @Override
  void forward(int n, Matrix x, Matrix out) {
    for (int i = 0; i < x.rows(); i++) {
      int pi = (n + i) * words;
      Elementwise.relu(x.data(), x.row(i), out.data(), out.row(i), x.cols(), passes, pi);
    }
  }

  @Override
  void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    for (int i = 0; i < dx.rows(); i++) {
      int pi = (n + i) * words;
      Elementwise.keep(passes, pi, dout.data(), dout.row(i), dx.data(), dx.row(i), dx.cols());
    }
  }
}
