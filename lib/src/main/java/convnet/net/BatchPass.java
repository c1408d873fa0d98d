package convnet.net;

import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.layer.SoftmaxWithLoss;
import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The chapter's way (book, section 5.7): the whole batch through one layer after the other, and
 * back in reverse order. It takes any {@link Layer}, and its tensors are always fresh.
 */
final class BatchPass implements Pass {
  private final Collection<Layer> layers;
  private final SoftmaxWithLoss lastLayer = new SoftmaxWithLoss();
  private Map<String, Tensor> grads = Map.of();

  BatchPass(Collection<Layer> layers) {
    this.layers = layers;
  }

  @Override
  public Tensor predict(Tensor x) {
    for (Layer layer : layers) {
      x = layer.forward(x);
    }
    return x;
  }

  @Override
  public double loss(Tensor x, Tensor t) {
    return lastLayer.forward(predict(x), t);
  }

  @Override
  public double gradient(Tensor x, Tensor t) {
    double loss = loss(x, t);
    Tensor dout = lastLayer.backward();
    List<Layer> reversed = new ArrayList<>(layers);
    Collections.reverse(reversed);
    Layer first = reversed.get(reversed.size() - 1);
    for (Layer layer : reversed) {
      if (layer == first && layer instanceof ParameterLayer learner) {
        learner.backwardParameters(dout); // nobody needs the gradient of the images
      } else {
        dout = layer.backward(dout);
      }
    }
    grads = new LinkedHashMap<>();
    int k = 1;
    for (Layer layer : layers) {
      if (layer instanceof ParameterLayer learner) {
        grads.put("W" + k, learner.dW());
        grads.put("b" + k, learner.db());
        k++;
      }
    }
    return loss;
  }

  @Override
  public Map<String, Tensor> grads() {
    return grads;
  }
}
