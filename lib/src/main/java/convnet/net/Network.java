package convnet.net;

import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.layer.SliceLayer;
import convnet.layer.SoftmaxWithLoss;
import convnet.tensor.Functions;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named layers in order, with SoftmaxWithLoss at the end (book, sections 5.7 and 7.5). The
 * parameters of the k-th layer that learns are called {@code Wk} and {@code bk}.
 */
public class Network {
  private static final int PORTION = 100;

  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final Map<String, Tensor> params = new LinkedHashMap<>();

  /**
   * Appends a layer.
   *
   * @return this network
   * @throws IllegalArgumentException if the name is taken
   */
  public final Network add(String name, Layer layer) {
    if (layers.putIfAbsent(name, layer) != null) {
      throw new IllegalArgumentException("Network: there already is a layer " + name);
    }
    if (layer instanceof ParameterLayer learner) {
      int k = params.size() / 2 + 1;
      params.put("W" + k, learner.W());
      params.put("b" + k, learner.b());
    }
    return this;
  }

  /** The layers by name, in order, without the loss. */
  public final Map<String, Layer> layers() {
    return Collections.unmodifiableMap(layers);
  }

  /** The parameters themselves by name, {@code W1 b1 W2 ...}: an optimizer changes them. */
  public final Map<String, Tensor> params() {
    return Collections.unmodifiableMap(params);
  }

  /**
   * The scores of any number of images, before softmax. They go through {@value #PORTION} at a
   * time, so that memory does not grow with their number.
   *
   * @param x {@code (N, ...)}
   * @return {@code (N, K)}, one column a class
   * @throws IllegalArgumentException if a pixel is NaN or infinite, here and in what follows
   */
  public final Tensor predict(Tensor x) {
    x.requireFinite("predict: x");
    Pass pass = pass();
    int N = x.dim(0);
    Tensor scores = null;
    for (int from = 0; from < N; from += PORTION) {
      int to = Math.min(N, from + PORTION);
      Tensor y = pass.predict(x.rows(from, to));
      if (scores == null) {
        scores = Tensor.zeros(y.shape().with(0, N));
      }
      System.arraycopy(y.array(), 0, scores.array(), from * y.dim(1), y.size());
    }
    return scores;
  }

  /** A fast way through this network as it is now, with memory of its own. */
  public final Pass pass() {
    List<SliceLayer> slices = new ArrayList<>();
    for (Layer layer : layers.values()) {
      if (!(layer instanceof SliceLayer)) {
        return new BatchPass(layers.values());
      }
      slices.add((SliceLayer) layer);
    }
    return new SlicePass(slices);
  }

  /** What comes out of each layer, by name and in order, when x goes through. */
  public final Map<String, Tensor> activations(Tensor x) {
    x.requireFinite("activations: x");
    Map<String, Tensor> activations = new LinkedHashMap<>();
    for (Map.Entry<String, Layer> entry : layers.entrySet()) {
      x = entry.getValue().forward(x);
      activations.put(entry.getKey(), x);
    }
    return activations;
  }

  /** The shape behind each layer, by name and in order, found by sending x through. */
  public final Map<String, Shape> shapes(Tensor x) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    activations(x).forEach((name, out) -> shapes.put(name, out.shape()));
    return shapes;
  }

  /**
   * Takes over parameters that were learned elsewhere, by copying.
   *
   * @param values one for each parameter, of its name and shape
   * @throws IllegalArgumentException if a name or a shape differs, or a value is NaN or infinite;
   *     then nothing has changed
   */
  public final void setParams(Map<String, Tensor> values) {
    if (!values.keySet().equals(params.keySet())) {
      throw new IllegalArgumentException(
          "Network: expected the parameters %s, got %s"
              .formatted(String.join(" ", params.keySet()), String.join(" ", values.keySet())));
    }
    params.forEach(
        (name, param) -> {
          Shape shape = values.get(name).shape();
          if (!shape.equals(param.shape())) {
            throw new IllegalArgumentException(
                "Network: parameter %s has shape %s, got %s".formatted(name, param.shape(), shape));
          }
          values.get(name).requireFinite("Network: parameter " + name);
        });
    params.forEach(
        (name, param) ->
            System.arraycopy(values.get(name).array(), 0, param.array(), 0, param.size()));
  }

  /**
   * How the loss of a batch would change with each of its pixels: the gradient with respect to the
   * images, which training does without.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   * @return of x's shape
   */
  public final Tensor inputGradient(Tensor x, Tensor t) {
    x.requireFinite("inputGradient: x");
    SoftmaxWithLoss lastLayer = new SoftmaxWithLoss();
    for (Layer layer : layers.values()) {
      x = layer.forward(x);
    }
    lastLayer.forward(x, t);
    Tensor dout = lastLayer.backward();
    List<Layer> reversed = new ArrayList<>(layers.values());
    Collections.reverse(reversed);
    for (Layer layer : reversed) {
      dout = layer.backward(dout);
    }
    return dout;
  }

  /**
   * The mean loss of a batch.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   */
  public final double loss(Tensor x, Tensor t) {
    return pass().loss(x.requireFinite("loss: x"), t);
  }

  /**
   * The fraction of all N samples whose largest score is the right answer. The samples go through
   * in batches and every one counts, a smaller last batch too.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   * @throws IllegalArgumentException if x and t differ in number or the batch size is below 1
   */
  public final double accuracy(Tensor x, Tensor t, int batchSize) {
    int N = x.dim(0);
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "accuracy: expected a batch size of 1 or more, got " + batchSize);
    }
    if (t.dim(0) != N) {
      throw new IllegalArgumentException(
          "accuracy: %s images %s but %s answers %s".formatted(N, x.shape(), t.dim(0), t.shape()));
    }
    x.requireFinite("accuracy: x");
    Pass pass = pass();
    int correct = 0;
    for (int from = 0; from < N; from += batchSize) {
      int to = Math.min(N, from + batchSize);
      correct += Functions.correct(pass.predict(x.rows(from, to)), t.rows(from, to));
    }
    return (double) correct / N;
  }

  /**
   * The gradient of the loss with respect to every parameter, by backpropagation.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   * @return {@code W1 -> dW1, b1 -> db1, ...}, each of its parameter's shape
   */
  public final Map<String, Tensor> gradient(Tensor x, Tensor t) {
    Pass pass = new BatchPass(layers.values());
    pass.gradient(x.requireFinite("gradient: x"), t);
    return pass.grads();
  }
}
