package convnet.lab;

import convnet.data.Dataset;
import convnet.layer.Convolution;
import convnet.layer.Layer;
import convnet.net.Network;
import convnet.tensor.Tensor;
import java.util.stream.IntStream;

/**
 * Filters of a network's first convolution that answer at all: their output is above 0 for at least
 * one pixel of at least one image, so that ReLU lets it pass. The others learn nothing any more.
 */
public final class LivingFilters {
  private static final int MOST = 500; // images looked at
  private static final int PORTION = 100;

  private LivingFilters() {}

  /**
   * How many live, looking at the first five hundred images.
   *
   * @return -1 if the network does not begin with a convolution
   */
  public static int count(Network network, Dataset data) {
    Layer first = network.layers().values().iterator().next();
    if (!(first instanceof Convolution given)) {
      return -1;
    }
    // Another network around the same numbers: the layer would keep these images in memory.
    Convolution conv = new Convolution(given.W(), given.b(), given.stride(), given.pad());
    boolean[] lives = new boolean[given.W().dim(0)];
    for (int from = 0; from < Math.min(MOST, data.size()); from += PORTION) {
      Tensor x = data.batch(from, Math.min(data.size(), from + PORTION)).x();
      Tensor out = conv.forward(x); // (N, FN, OH, OW)
      Tensor largest = out.max(0).reshape(lives.length, -1).max(1); // (FN,)
      for (int fn = 0; fn < lives.length; fn++) {
        lives[fn] |= largest.get(fn) > 0;
      }
    }
    return (int) IntStream.range(0, lives.length).filter(fn -> lives[fn]).count();
  }
}
