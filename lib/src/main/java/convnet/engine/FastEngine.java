package convnet.engine;

import convnet.array.Matrix;
import convnet.array.Parallel;
import convnet.layer.Layer;
import convnet.net.Network;
import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The batch is divided among the threads, and each takes its slice of the images forward through
 * all steps, and block by block back again. Behind each block the threads share the gradients that
 * need every image. All memory is used again for the next batch.
 */
final class FastEngine extends Engine {
  private final List<Layer> layers;
  private final List<Block> blocks;
  private final Loss loss = new Loss();
  private final Map<String, Tensor> grads = new LinkedHashMap<>();
  private Engine[] several = {this};

  FastEngine(Network network) {
    this(network, List.copyOf(network.layers().values()));
    List<Tensor> all = new ArrayList<>();
    for (Block block : blocks) {
      if (block.learner() != null) {
        all.add(block.learner().dW);
        all.add(block.learner().db);
      }
    }
    network.params().keySet().forEach(name -> grads.put(name, all.get(grads.size())));
  }

  /** An engine for scores alone: its gradients have no names. */
  private FastEngine(Network network, List<Layer> layers) {
    super(network);
    this.layers = layers;
    blocks = Block.cut(layers);
  }

  @Override
  public Engine[] several() {
    if (several.length != Parallel.threads()) {
      several = new Engine[Parallel.threads()];
      Arrays.setAll(several, i -> i == 0 ? this : new FastEngine(network, layers));
    }
    return several;
  }

  @Override
  public Tensor scores(Tensor x) {
    Tensor scores = begin(x, false);
    Parallel.slices(x.dim(0), this::forward);
    return scores;
  }

  @Override
  double meanLoss(Tensor x, Tensor t) {
    Tensor scores = scores(x);
    loss.begin(scores.shape(), t);
    loss.forward(0, Matrix.of(scores.array(), x.dim(0)));
    return loss.mean();
  }

  @Override
  Map<String, Tensor> gradients(Tensor x, Tensor t) {
    int N = x.dim(0);
    Tensor y = begin(x, true);
    loss.begin(y.shape(), t);
    Matrix scores = Matrix.of(y.array(), N);
    Tensor dx = null; // nobody needs the gradient of the images
    for (Block block : blocks) {
      dx = block.beginBackward(dx);
    }
    Matrix dscores = Matrix.of(dx.array(), N);
    Parallel.slices(
        N,
        (slice, from, to) -> {
          forward(slice, from, to);
          loss.forward(from, scores.rows(from, to));
          loss.backward(from, dscores.rows(from, to));
        });
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Parallel.slices(N, blocks.get(i)::backward);
      blocks.get(i).gradients();
    }
    return grads;
  }

  @Override
  public double lastLoss() {
    return loss.mean();
  }

  private Tensor begin(Tensor x, boolean backward) {
    for (Block block : blocks) {
      x = block.begin(x, backward);
    }
    return x;
  }

  private void forward(int slice, int from, int to) {
    for (Block block : blocks) {
      block.forward(slice, from, to);
    }
  }
}
