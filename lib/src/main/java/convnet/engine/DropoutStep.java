package convnet.engine;

import convnet.array.Matrix;
import convnet.layer.Dropout;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;

/** {@link Dropout}, with the masks that a layer of its own would draw from its first pass on. */
final class DropoutStep extends Step {
  private final Dropout layer;
  private int passes; // in trainings, so far
  private Tensor mask; // of the batch's shape: 1 where silent; null outside of a training

  DropoutStep(Dropout layer) {
    this.layer = layer;
  }

  @Override
  Shape begin(Shape x, boolean backward) {
    mask = backward ? layer.mask(passes++, x) : null;
    return x;
  }

  @Override
  void forward(int n, Matrix x, Matrix out) {
    pass(n * x.cols(), x, out);
  }

  @Override
  void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    pass(n * dout.cols(), dout, dx);
  }

  private void pass(int first, Matrix from, Matrix to) {
    for (int i = 0; i < from.rows() * from.cols(); i++) {
      float v = from.data()[from.offset() + i];
      float kept = mask == null ? (float) (v * layer.keeps()) : v;
      to.data()[to.offset() + i] = mask != null && mask.array()[first + i] == 1 ? 0 : kept;
    }
  }
}
