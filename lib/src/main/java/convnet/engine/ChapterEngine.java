package convnet.engine;

import convnet.net.Network;
import convnet.tensor.Tensor;
import java.util.Map;

/** The network's own way, one engine at a time: the layers remember the last batch. */
final class ChapterEngine extends Engine {
  private double loss = Double.NaN;

  ChapterEngine(Network network) {
    super(network);
  }

  @Override
  public Engine[] several() {
    return new Engine[] {this};
  }

  @Override
  public Tensor scores(Tensor x) {
    synchronized (network) {
      return network.predict(x);
    }
  }

  @Override
  double meanLoss(Tensor x, Tensor t) {
    synchronized (network) {
      return network.loss(x, t);
    }
  }

  @Override
  Map<String, Tensor> gradients(Tensor x, Tensor t) {
    synchronized (network) {
      Map<String, Tensor> grads = network.gradient(x, t);
      loss = network.lastLoss();
      return grads;
    }
  }

  @Override
  public double lastLoss() {
    return loss;
  }
}
