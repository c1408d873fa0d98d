package convnet.net;

import static convnet.testing.Check.awaited;
import static convnet.testing.Check.close;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import com.sun.management.ThreadMXBean;
import convnet.layer.Affine;
import convnet.layer.BatchConvolution;
import convnet.layer.Convolution;
import convnet.layer.Layer;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.optim.AdaGrad;
import convnet.tensor.Parallel;
import convnet.tensor.Tensor;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The fast way gives the chapter's numbers. */
class PassTest {
  private final int threads = Parallel.threads();

  @AfterEach
  void restore() {
    Parallel.setThreads(threads);
  }

  /** As below, every second filter dead: ReLU stops it in all images. */
  private static Network halfDead() {
    Network network = network();
    for (String bias : new String[] {"b1", "b2"}) {
      Tensor b = network.params().get(bias);
      for (int f = 0; f < b.size(); f += 2) {
        b.set(-100, f);
      }
    }
    return network;
  }

  /** Two convolutions, both kinds of pooling, ReLU before and behind: every kind of block. */
  private static Network network() {
    Random random = new Random(5);
    return new Network()
        .add("Relu0", new ReLU())
        .add("Conv1", conv(random, 4, 2, 3, 1))
        .add("Relu1", new ReLU())
        .add("Pool1", new Pooling(2, 2, 2, 0))
        .add("Conv2", conv(random, 6, 4, 3, 1))
        .add("Pool2", Pooling.average(2, 2, 2, 0))
        .add("Relu2", new ReLU())
        .add("Affine1", affine(random, 6 * 4 * 5, 11))
        .add("Relu3", new ReLU())
        .add("Affine2", affine(random, 11, 5));
  }

  private static Layer conv(Random random, int FN, int C, int F, int pad) {
    Tensor W = Tensor.randn(random, FN, C, F, F).mul(0.3);
    return new Convolution(W, Tensor.randn(random, FN), 1, pad);
  }

  private static Layer affine(Random random, int D, int M) {
    return new Affine(Tensor.randn(random, D, M).mul(0.3), Tensor.randn(random, M));
  }

  @Test
  void slicesGiveTheNumbersOfTheWholeBatch() {
    slicesGiveTheNumbersOfTheWholeBatch(network());
    slicesGiveTheNumbersOfTheWholeBatch(halfDead());
  }

  private static void slicesGiveTheNumbersOfTheWholeBatch(Network network) {
    BatchPass whole = new BatchPass(network.layers().values());
    for (int threads : new int[] {1, 2, 3, 7}) {
      Parallel.setThreads(threads);
      Pass slices = network.pass();
      assertInstanceOf(SlicePass.class, slices);
      for (int N : new int[] {1, 2, 17, 40, 17}) {
        Random random = new Random(N);
        Tensor x = Tensor.randn(random, N, 2, 16, 20);
        Tensor t = Tensor.zeros(N).map(v -> random.nextInt(5));
        assertArrayEquals(whole.predict(x).array(), slices.predict(x).array());
        assertEquals(whole.loss(x, t), slices.loss(x, t));
        assertEquals(whole.gradient(x, t), slices.gradient(x, t));
        assertEquals(whole.grads().keySet(), slices.grads().keySet());
        whole.grads().forEach((name, grad) -> agree(name, grad, slices.grads().get(name)));
        assertArrayEquals(whole.predict(x).array(), network.predict(x).array());
      }
    }
  }

  /**
   * The same bits, but for the convolution that is joined with its pooling: that adds up its
   * gradient in the order of the pooled outputs.
   */
  private static void agree(String name, Tensor expected, Tensor actual) {
    if (name.equals("W1") || name.equals("b1")) {
      close(name, expected, actual, 1e-5);
    } else {
      same(name, expected, actual);
    }
  }

  private static void same(String name, Tensor expected, Tensor actual) {
    assertEquals(expected.shape(), actual.shape(), name);
    assertArrayEquals(expected.array(), actual.array(), name);
  }

  @Test
  void aGradientDoesNotDependOnTheOneBefore() {
    Network network = network();
    Tensor x = Tensor.randn(new Random(1), 9, 2, 16, 20);
    Tensor t = Tensor.zeros(9);
    Pass pass = network.pass();
    pass.predict(x); // which need not remember anything
    pass.gradient(Tensor.randn(new Random(2), 9, 2, 16, 20), t);
    pass.predict(Tensor.randn(new Random(3), 9, 2, 16, 20));
    pass.loss(Tensor.randn(new Random(4), 5, 2, 16, 20), Tensor.zeros(5));
    pass.gradient(x, t);
    network.gradient(x, t).forEach((name, grad) -> agree(name, grad, pass.grads().get(name)));
  }

  @Test
  void noBitDependsOnTheNumberOfThreads() {
    noBitDependsOnTheNumberOfThreads(network());
    noBitDependsOnTheNumberOfThreads(halfDead());
  }

  private static void noBitDependsOnTheNumberOfThreads(Network network) {
    for (int N : new int[] {2, 17, 40}) {
      Random random = new Random(N);
      Tensor x = Tensor.randn(random, N, 2, 16, 20);
      Tensor t = Tensor.zeros(N).map(v -> random.nextInt(5));
      Parallel.setThreads(1);
      Pass one = network.pass();
      one.gradient(x, t);
      for (int threads : new int[] {2, 3, 7}) {
        Parallel.setThreads(threads);
        Pass more = network.pass();
        more.gradient(x, t);
        one.grads().forEach((name, grad) -> same(name, grad, more.grads().get(name)));
      }
    }
  }

  @Test
  void manyImagesGoThroughInPortions() {
    Network network = network();
    Tensor x = Tensor.randn(new Random(3), 230, 2, 16, 20);
    BatchPass whole = new BatchPass(network.layers().values());
    assertArrayEquals(whole.predict(x).array(), network.predict(x).array());
  }

  @Test
  void aLayerOfYourOwnTakesTheChaptersWay() {
    Random random = new Random(4);
    Layer twice =
        new Layer() {
          @Override
          public Tensor forward(Tensor x) {
            return x.mul(2);
          }

          @Override
          public Tensor backward(Tensor dout) {
            return dout.mul(2);
          }
        };
    Tensor W = Tensor.randn(random, 3, 1, 3, 3);
    Network network =
        new Network()
            .add("Conv1", new BatchConvolution(W, Tensor.zeros(3), 1, 0))
            .add("Twice", twice)
            .add("Affine1", affine(random, 3 * 4 * 4, 5));
    assertInstanceOf(BatchPass.class, network.pass());
    Tensor x = Tensor.randn(random, 6, 1, 6, 6);
    assertEquals(6, network.predict(x).dim(0));
    Pass pass = network.pass();
    assertEquals(network.loss(x, Tensor.zeros(6)), pass.gradient(x, Tensor.zeros(6)));
    assertEquals("[W1, b1, W2, b2]", pass.grads().keySet().toString());
  }

  @Test
  void anUpdateUsesItsMemoryAgain() {
    Network network = new SimpleConvNet(ConvNetConfig.chapter7());
    Pass pass = network.pass();
    AdaGrad optimizer = new AdaGrad(0.06);
    Tensor x = Tensor.randn(new Random(5), 100, 1, 28, 28);
    Tensor t = Tensor.zeros(100);
    ThreadMXBean counter = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    // Until the compiler is through, every vector is an object; then only small things are left.
    // One activation of the batch alone would be 6.9 MB.
    awaited(
        "an update allocates less than 1 MiB",
        () -> {
          long before = allocated(counter);
          pass.gradient(x, t);
          optimizer.update(network.params(), pass.grads());
          return allocated(counter) - before < 1 << 20;
        });
  }

  private static long allocated(ThreadMXBean counter) {
    long sum = 0;
    for (long bytes : counter.getThreadAllocatedBytes(counter.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }
}
