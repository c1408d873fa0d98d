package convnet.net;

import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.layer.SoftmaxWithLoss;
import convnet.tensor.Functions;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Named layers in order, with SoftmaxWithLoss at the end (book, sections 5.7 and 7.5): the whole
 * batch goes through one layer after the other, and back in reverse order. The parameters of the
 * k-th layer that learns are called {@code Wk} and {@code bk}. A pixel that is NaN or infinite is
 * refused by every method that takes images.
 *
 * <p>The layers remember the last batch, so that a network serves one thread at a time. (Trainings
 * use the package {@code engine}, which computes the same numbers beside the layers, and faster.)
 */
public class Network {
  private static final int PORTION = 100;

  private final Map<String, Layer> layers = new LinkedHashMap<>();
  private final SoftmaxWithLoss lastLayer = new SoftmaxWithLoss();
  private final Shape input; // one image, (C, H, W); null: whatever the layers take

  /** A network without layers yet. */
  public Network() {
    this(null);
  }

  /** A network for images of one size, {@code (C, H, W)}: others are refused at its entrance. */
  public Network(Shape input) {
    this.input = input;
  }

  /** The shape of one image, {@code (C, H, W)}, or null if it takes images of any size. */
  public final Shape input() {
    return input;
  }

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
    return this;
  }

  /** The layers by name, in order, without the loss. */
  public final Map<String, Layer> layers() {
    return Collections.unmodifiableMap(layers);
  }

  /** The parameters themselves by name, {@code W1 b1 W2 ...}: an optimizer changes them. */
  public final Map<String, Tensor> params() {
    return named(ParameterLayer::W, ParameterLayer::b);
  }

  /** {@code W1 -> dW1, b1 -> db1, ...} of the last {@link #gradient}; before it all are null. */
  public final Map<String, Tensor> grads() {
    return named(ParameterLayer::dW, ParameterLayer::db);
  }

  /** W and b of each layer that learns, or dW and db, under their names. */
  private Map<String, Tensor> named(
      Function<ParameterLayer, Tensor> weight, Function<ParameterLayer, Tensor> bias) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    int k = 1;
    for (Layer layer : layers.values()) {
      if (layer instanceof ParameterLayer learner) {
        tensors.put("W" + k, weight.apply(learner));
        tensors.put("b" + k, bias.apply(learner));
        k++;
      }
    }
    return tensors;
  }

  /**
   * The scores of any number of images, before softmax. They go through {@value #PORTION} at a
   * time, so that memory does not grow with their number; a batch whose gradient is wanted must go
   * through in one piece.
   *
   * @param x {@code (N, ...)}
   * @return {@code (N, K)}, one column for each class
   */
  public final Tensor predict(Tensor x) {
    return predict(checked("predict", x), PORTION);
  }

  private Tensor checked(String method, Tensor x) {
    requireSize(method, x.requireFinite(method + ": x"));
    return x;
  }

  /**
   * Checks that images are of the size that the network takes.
   *
   * @param x {@code (N, C, H, W)}
   * @throws IllegalArgumentException if they are of another size
   */
  public final void requireSize(String method, Tensor x) {
    Shape of = input;
    if (of != null && !x.shape().equals(Shape.of(x.dim(0), of.dim(0), of.dim(1), of.dim(2)))) {
      throw new IllegalArgumentException(
          "%s: expected images (N, %s, got %s; take images of that size or a network for these"
              .formatted(method, of.toString().substring(1), x.shape()));
    }
  }

  private Tensor predict(Tensor x, int batchSize) {
    int N = x.dim(0);
    Tensor scores = null; // (N, K), made when the first portion has told K
    for (int from = 0; from < N; from += batchSize) {
      Tensor part = forward(x.rows(from, Math.min(N, from + batchSize)), false);
      if (scores == null) {
        scores = Tensor.zeros(part.shape().with(0, N));
      }
      int K = scores.size() / N;
      System.arraycopy(part.array(), 0, scores.array(), from * K, part.size());
    }
    return scores;
  }

  private Tensor forward(Tensor x, boolean training) {
    for (Layer layer : layers.values()) {
      x = layer.forward(x, training);
    }
    return x;
  }

  /**
   * The mean loss of a batch.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   */
  public final double loss(Tensor x, Tensor t) {
    return lastLayer.forward(forward(checked("loss", x), false), t);
  }

  /** The mean loss of the last batch that went through {@link #loss} or {@link #gradient}. */
  public final double lastLoss() {
    return lastLayer.loss();
  }

  /**
   * The fraction of all N images whose largest score is the right answer. They go through in
   * batches; the last one may be smaller and counts like the others.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   * @throws IllegalArgumentException if x and t differ in number or the batch size is below 1
   */
  public final double accuracy(Tensor x, Tensor t, int batchSize) {
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "accuracy: expected a batch size of 1 or more, got " + batchSize);
    }
    int N = x.dim(0);
    if (t.dim(0) != N) {
      throw new IllegalArgumentException(
          "accuracy: %s images %s but %s answers %s".formatted(N, x.shape(), t.dim(0), t.shape()));
    }
    return (double) Functions.correct(predict(checked("accuracy", x), batchSize), t) / N;
  }

  /**
   * The gradient of the loss with respect to every parameter, by backpropagation. Of all methods
   * only this one is a part of a training: its {@link convnet.layer.Dropout} silences numbers.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   * @return {@code W1 -> dW1, b1 -> db1, ...}, each of its parameter's shape
   */
  public final Map<String, Tensor> gradient(Tensor x, Tensor t) {
    backpropagate(checked("gradient", x), t, true);
    return grads();
  }

  /**
   * How the loss of a batch would change with each of its pixels: the gradient with respect to the
   * images. Those of the parameters are found on the way, see {@link #grads}.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   * @return of x's shape
   */
  public final Tensor inputGradient(Tensor x, Tensor t) {
    return backpropagate(checked("inputGradient", x), t, false);
  }

  /** Forward, the loss, and back through all layers, the last first; returns dx, of x's shape. */
  private Tensor backpropagate(Tensor x, Tensor t, boolean training) {
    lastLayer.forward(forward(x, training), t);
    Tensor dout = lastLayer.backward();
    List<Layer> reversed = new ArrayList<>(layers.values());
    Collections.reverse(reversed);
    for (Layer layer : reversed) {
      dout = layer.backward(dout);
    }
    return dout;
  }

  /** What comes out of each layer, by name and in order, when x goes through. */
  public final Map<String, Tensor> activations(Tensor x) {
    checked("activations", x);
    Map<String, Tensor> activations = new LinkedHashMap<>();
    for (Map.Entry<String, Layer> entry : layers.entrySet()) {
      x = entry.getValue().forward(x);
      activations.put(entry.getKey(), x);
    }
    return activations;
  }

  /** The shape of each layer's output, by name and in order, found by sending x through. */
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
    Map<String, Tensor> params = params();
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
}
