package convnet.net;

import convnet.layer.SliceLayer;
import convnet.layer.SoftmaxWithLoss;
import convnet.tensor.Matrix;
import convnet.tensor.Parallel;
import convnet.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The fast way: the batch is divided among the threads, and each takes its slice of the images
 * forward through all layers, and block by block back again. Behind each block the threads share
 * the gradients that need every image. All memory is used again for the next batch.
 */
final class SlicePass implements Pass {
  private final List<Block> blocks;
  private final SoftmaxWithLoss lastLayer = new SoftmaxWithLoss();
  private Tensor y;

  SlicePass(List<SliceLayer> layers) {
    blocks = Block.cut(layers);
  }

  @Override
  public Tensor predict(Tensor x) {
    Tensor scores = begin(x, false);
    Parallel.slices(x.dim(0), this::forward);
    return scores;
  }

  @Override
  public double loss(Tensor x, Tensor t) {
    Tensor scores = begin(x, t, false);
    Parallel.slices(
        x.dim(0),
        (slice, from, to) -> {
          forward(slice, from, to);
          lastLayer.forward(from, Matrix.of(scores, x.dim(0)).rows(from, to));
        });
    return lastLayer.loss();
  }

  @Override
  public double gradient(Tensor x, Tensor t) {
    int N = x.dim(0);
    Matrix scores = Matrix.of(begin(x, t, true), N);
    Tensor dx = null; // nobody needs the gradient of the images
    for (Block block : blocks) {
      dx = block.beginBackward(dx);
    }
    Matrix dscores = Matrix.of(dx, N);
    Parallel.slices(
        N,
        (slice, from, to) -> {
          forward(slice, from, to);
          lastLayer.forward(from, scores.rows(from, to));
          lastLayer.backward(from, dscores.rows(from, to));
        });
    for (int i = blocks.size() - 1; i >= 0; i--) {
      Parallel.slices(N, blocks.get(i)::backward);
      blocks.get(i).gradients();
    }
    return lastLayer.loss();
  }

  @Override
  public Map<String, Tensor> grads() {
    Map<String, Tensor> grads = new LinkedHashMap<>();
    int k = 1;
    for (Block block : blocks) {
      if (block.dW() != null) {
        grads.put("W" + k, block.dW());
        grads.put("b" + k, block.db());
        k++;
      }
    }
    return grads;
  }

  private Tensor begin(Tensor x, boolean backward) {
    for (Block block : blocks) {
      x = block.begin(x, backward);
    }
    return x;
  }

  private Tensor begin(Tensor x, Tensor t, boolean backward) {
    Tensor scores = begin(x, backward);
    if (y == null || !y.shape().equals(scores.shape())) {
      y = Tensor.zeros(scores.shape());
    }
    lastLayer.begin(scores.shape(), t, y);
    return scores;
  }

  private void forward(int slice, int from, int to) {
    for (Block block : blocks) {
      block.forward(slice, from, to);
    }
  }
}
