package convnet.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.array.Parallel;
import convnet.conv.Window;
import convnet.layer.Affine;
import convnet.layer.AveragePooling;
import convnet.layer.Convolution;
import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.layer.SoftmaxWithLoss;
import convnet.net.Network;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.Cases;
import convnet.testing.OwnLayer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random networks, the engine against the chapter's way. Every number on the way to the scores is a
 * small multiple of a power of two, exact in a float whatever the order of its sum: so both see the
 * same scores to the last bit, the same zeros behind ReLU and the same winners of each pooling.
 * What softmax sends back is rounded.
 */
@ExtendWith(Cases.Source.class)
class EnginePropertiesTest {
  private static final double ROUNDING = 1e-5;

  /** Rounding a number, 2^-24 of it, four times over: so far a sum hardly ever walks at random. */
  private static final double TERM = 4 * 0x1p-24;

  private final int before = Parallel.threads();

  @AfterEach
  void restore() {
    Parallel.setThreads(before);
  }

  @RepeatedTest(value = 200, failureThreshold = 1)
  void givesTheChaptersNumbers(Cases cases) {
    int N = cases.between(1, 20);
    int C = cases.between(1, 3);
    int H = cases.between(1, 14);
    int W = cases.between(1, 14);
    int K = cases.between(1, 9);
    Network network = network(cases, Shape.of(N, C, H, W), K);
    Tensor x = cases.whole(2, N, C, H, W);
    Tensor t = Tensor.zeros(N).map(zero -> cases.between(0, K - 1));
    Tensor scores = network.predict(x);
    Map<String, Tensor> grads = network.gradient(x, t);
    double loss = network.lastLoss();
    Map<String, Tensor> sizes = sizes(network, x, t);
    int terms = N * (H + 4) * (W + 4); // at most: a convolution's dW has one for each output
    for (int threads : new int[] {1, 2, 3, 7}) {
      Parallel.setThreads(threads);
      Engine engine = Engine.of(network);
      assertArrayEquals(scores.array(), engine.predict(x).array());
      assertEquals(loss, engine.loss(x, t));
      Map<String, Tensor> found = engine.gradient(x, t);
      assertEquals(loss, engine.lastLoss());
      assertEquals(grads.keySet(), found.keySet());
      grads.forEach(
          (name, grad) -> {
            double size = Math.max(largest(sizes.get(name)), 1.0 / (100 * N));
            double rounding = Math.max(ROUNDING * largest(grad), TERM * Math.sqrt(terms) * size);
            near("d" + name, grad, found.get(name), rounding);
          });
    }
  }

  private static void near(String name, Tensor expected, Tensor actual, double rounding) {
    double difference = expected.maxAbsDiff(actual);
    assertTrue(difference <= rounding, name + ": " + difference + ", not within " + rounding);
  }

  private static double largest(Tensor tensor) {
    return tensor.map(Math::abs).reshape(-1).max(0).get();
  }

  /**
   * For each gradient the sum of the sizes of what is added up in it, and in what it came from,
   * back to the loss. Terms may cancel anywhere on the way, and then rounding is large beside what
   * is left of them, but never beside the terms.
   */
  private static Map<String, Tensor> sizes(Network network, Tensor x, Tensor t) {
    List<Layer> layers = List.copyOf(network.layers().values());
    List<Tensor> inputs = new ArrayList<>();
    for (Layer layer : layers) {
      inputs.add(x.map(Math::abs));
      x = layer.forward(x);
    }
    SoftmaxWithLoss lastLayer = new SoftmaxWithLoss();
    lastLayer.forward(x, t);
    Tensor dout = lastLayer.backward().map(Math::abs);
    Deque<Tensor> sizes = new ArrayDeque<>(); // W1's, b1's, W2's, ...
    for (int i = layers.size() - 1; i >= 0; i--) {
      if (layers.get(i) instanceof ParameterLayer learner) {
        ParameterLayer positive = positive(learner);
        positive.forward(inputs.get(i));
        dout = positive.backward(dout);
        sizes.push(positive.db());
        sizes.push(positive.dW());
      } else {
        dout = layers.get(i).backward(dout); // lets through what it let through
      }
    }
    Map<String, Tensor> byName = new HashMap<>();
    network.params().keySet().forEach(name -> byName.put(name, sizes.pop()));
    return byName;
  }

  private static ParameterLayer positive(ParameterLayer layer) {
    Tensor W = layer.W().map(Math::abs);
    return layer instanceof Convolution c
        ? new Convolution(W, c.b(), c.stride(), c.pad())
        : new Affine(W, layer.b());
  }

  /** Up to two convolutions with what may stand behind them, and up to two affine layers. */
  private static Network network(Cases cases, Shape batch, int K) {
    Network network = new Network();
    Shape shape = batch;
    if (cases.between(0, 3) == 0) {
      network.add("Relu0", new ReLU());
    }
    for (int i = cases.between(0, 2); i > 0; i--) {
      shape = convolution(cases, network, shape, "" + i);
    }
    if (cases.between(0, 6) == 0) {
      network.add("Own", new OwnLayer());
    }
    int D = shape.size() / shape.dim(0);
    if (cases.between(0, 1) == 0) {
      int M = cases.between(1, 20);
      network.add("Affine1", new Affine(cases.whole(1, D, M), cases.whole(1, M)));
      network.add("Relu3", new ReLU());
      D = M;
    }
    // Scores of a size for which softmax has an answer other than yes and no.
    Tensor W = cases.whole(1, D, K).mul(1.0 / 1024);
    return network.add("Affine2", new Affine(W, cases.whole(1, K)));
  }

  private static Shape convolution(Cases cases, Network network, Shape x, String k) {
    boolean deep = x.dim(1) >= 8 || cases.between(0, 2) == 0; // as WinogradProduct wants it
    int FN = deep ? cases.between(8, 18) : cases.between(1, 7);
    int FH = deep ? 3 : cases.between(1, 4);
    int FW = deep ? 3 : cases.between(1, 4);
    int stride = deep ? 1 : cases.between(1, 2);
    int pad = cases.between(0, 2);
    Window window = window(x, FH, FW, stride, pad);
    if (window == null) {
      return x;
    }
    Tensor W = cases.whole(1, FN, x.dim(1), FH, FW);
    network.add("Conv" + k, new Convolution(W, cases.whole(1, FN), stride, pad));
    Shape out = Shape.of(x.dim(0), FN, window.OH(), window.OW());
    int relu = cases.between(0, 2); // before the pooling, behind it, or none
    if (relu == 0) {
      network.add("Relu" + k, new ReLU());
    }
    out = pooling(cases, network, out, k);
    if (relu == 1) {
      network.add("Relu" + k, new ReLU());
    }
    return out;
  }

  private static Shape pooling(Cases cases, Network network, Shape x, String k) {
    int kind = cases.between(0, 3);
    int P = kind == 3 ? 3 : 2; // a mean over a power of two is exact
    int pad = kind == 3 ? cases.between(0, 1) : 0;
    int stride = kind == 1 ? 2 : cases.between(1, 2);
    Window window = window(x, P, P, stride, pad);
    if (kind == 0 || window == null) {
      return x;
    }
    network.add(
        "Pool" + k,
        kind == 2 ? new AveragePooling(P, P, stride, pad) : new Pooling(P, P, stride, pad));
    return Shape.of(x.dim(0), x.dim(1), window.OH(), window.OW());
  }

  /** Null where it does not fit. */
  private static Window window(Shape x, int FH, int FW, int stride, int pad) {
    try {
      return new Window(x.dim(2), x.dim(3), FH, FW, stride, pad);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
