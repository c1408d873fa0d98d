package convnet.engine;

import convnet.array.Matrix;
import convnet.layer.ParameterLayer;
import convnet.tensor.Tensor;

/** A step in the place of a layer that learns; it shares the layer's W and b, nothing else. */
abstract class LearningStep extends Step {
  final Tensor W;
  final Tensor b;
  final Tensor dW; // used again for the next batch
  final Tensor db;

  LearningStep(ParameterLayer layer) {
    W = layer.W();
    b = layer.b();
    dW = Tensor.zeros(W.shape());
    db = Tensor.zeros(b.shape());
  }

  /**
   * The gradients that need every image, when the whole batch has gone backward: dW and db, and dx
   * of a step for which {@link #backward} was not the place.
   *
   * @param x the input of the whole batch, a row for each image
   * @param dx receives the gradient with respect to it likewise; null if nobody needs that
   * @param rectified whether x comes from ReLU, which lets no gradient back to a zero: then dx may
   *     stay as it is for a feature that is zero in every image
   */
  abstract void gradients(Matrix x, Matrix dx, boolean rectified);
}
