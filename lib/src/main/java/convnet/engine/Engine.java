package convnet.engine;

import convnet.array.Elementwise;
import convnet.array.Matmul;
import convnet.array.Parallel;
import convnet.array.VectorMatmul;
import convnet.layer.Layer;
import convnet.net.Network;
import convnet.tensor.Functions;
import convnet.tensor.Tensor;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A network's calculations, as fast as this machine can: {@code Engine.of(network)} has the methods
 * of {@link Network} and gives their numbers, but for the rounding of sums in another order.
 *
 * <p>It looks at the layers, joins them into steps and runs these in memory of its own. With the
 * layers it shares W and b and nothing else: so any number of engines of one network may run at
 * once, each in its own thread, as long as nobody changes the parameters. Two trainings at once
 * need two networks.
 *
 * <p>A layer of a class that it does not know makes it run the layers one by one, as the chapter
 * does, and it says so; likewise on a machine without vectors.
 *
 * <p>A pixel that is NaN or infinite is refused by every method that takes images but {@link
 * #scores}.
 */
public abstract class Engine {
  /**
   * Images at a time: enough that copying W for each time hardly counts, few enough to share zeros.
   */
  public static final int PORTION = 125;

  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  final Network network;

  Engine(Network network) {
    this.network = network;
  }

  /** An engine for a network as it is now: layers that are added later are not in it. */
  public static Engine of(Network network) {
    boolean vectors = Matmul.get() instanceof VectorMatmul;
    for (Map.Entry<String, Layer> layer : network.layers().entrySet()) {
      if (vectors && !Block.knows(layer.getValue())) {
        String name = layer.getValue().getClass().getName();
        if (SAID.add(name)) {
          System.err.printf(
              "convnet: the layers run one by one, several times slower: %s is of the class %s,"
                  + " which the engine does not know%n",
              layer.getKey(), name);
        }
        return new ChapterEngine(network);
      }
    }
    boolean empty = network.layers().isEmpty();
    return vectors && !empty ? new FastEngine(network) : new ChapterEngine(network);
  }

  /** What the calculations run on: {@code JDK 17.0.15, engine vector, ..., threads 2}. */
  public static String machine() {
    return "JDK %s, engine %s, threads %s"
        .formatted(Runtime.version(), Matmul.get().name(), Parallel.threads());
  }

  /**
   * The scores of any number of images, before softmax.
   *
   * @param x {@code (N, ...)}
   * @return {@code (N, K)}, one column for each class
   * @throws IllegalArgumentException if a pixel is NaN or infinite
   */
  public final Tensor predict(Tensor x) {
    require("predict", x);
    int N = x.dim(0);
    Engine[] engines = several();
    Tensor[] scores = new Tensor[(N + PORTION - 1) / PORTION];
    Parallel.share(
        scores.length,
        engines.length,
        (worker, i) -> {
          Tensor portion = x.rows(i * PORTION, Math.min(N, (i + 1) * PORTION));
          scores[i] = engines[worker].scores(portion).copy();
          return true;
        });
    Tensor all = Tensor.zeros(scores[0].shape().with(0, N));
    int at = 0;
    for (Tensor y : scores) {
      System.arraycopy(y.array(), 0, all.array(), at, y.size());
      at += y.size();
    }
    return all;
  }

  /**
   * The mean loss of a batch.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   */
  public final double loss(Tensor x, Tensor t) {
    require("loss", x);
    return meanLoss(x, t);
  }

  /**
   * The fraction of all N samples whose largest score is the right answer.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   */
  public final double accuracy(Tensor x, Tensor t) {
    return (double) Functions.correct(predict(x), t) / x.dim(0);
  }

  /**
   * The gradient of the loss with respect to every parameter. {@link #lastLoss} tells the loss.
   *
   * @param t one-hot {@code (N, K)} or class numbers {@code (N,)}
   * @return {@code W1 -> dW1, b1 -> db1, ...}, in memory that the next call uses again
   */
  public final Map<String, Tensor> gradient(Tensor x, Tensor t) {
    require("gradient", x);
    return gradients(x, t);
  }

  /** The mean loss that the last {@link #gradient} started from. */
  public abstract double lastLoss();

  /**
   * This engine and more like it, as many as it pays to have at work at once, each at images of its
   * own: one for each thread; only this one where the layers run one by one, since they remember
   * the last batch.
   */
  public abstract Engine[] several();

  /** As {@link #predict}, all images at once and in memory that the next call uses again. */
  public abstract Tensor scores(Tensor x);

  abstract double meanLoss(Tensor x, Tensor t);

  abstract Map<String, Tensor> gradients(Tensor x, Tensor t);

  private void require(String method, Tensor x) {
    if (!(Matmul.get() instanceof VectorMatmul) || !Elementwise.finite(x.array())) {
      x.requireFinite(method + ": x");
    }
    network.requireSize(method, x);
  }
}
