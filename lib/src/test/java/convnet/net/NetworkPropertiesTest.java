package convnet.net;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.array.Parallel;
import convnet.engine.Engine;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.Cases;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for every number of images, threads and images at a time. */
@ExtendWith(Cases.Source.class)
class NetworkPropertiesTest {
  private final int before = Parallel.threads();

  @AfterEach
  void restore() {
    Parallel.setThreads(before);
  }

  private static ConvNetConfig config(int filters, int stride, long seed) {
    return ConvNetConfig.chapter7()
        .withInput(stride == 1 ? Shape.of(2, 12, 14) : Shape.of(2, 13, 17))
        .withFilters(filters)
        .withFilterSize(3)
        .withStride(stride)
        .withHidden(6)
        .withWeightStd(0.3)
        .withSeed(seed);
  }

  /** With stride 1 the joined convolution, with stride 2 the single layers. */
  @RepeatedTest(value = 150, failureThreshold = 1)
  void noBitDependsOnTheNumberOfThreads(Cases cases) {
    int N = cases.between(1, 40);
    int threads = cases.between(2, 20);
    int filters = cases.between(1, 8);
    int stride = cases.between(1, 2);
    long seed = cases.seed();
    Network network = new SimpleConvNet(config(filters, stride, seed));
    Random random = new Random(seed);
    Tensor x =
        stride == 1 ? Tensor.randn(random, N, 2, 12, 14) : Tensor.randn(random, N, 2, 13, 17);
    Tensor t = Tensor.zeros(N).map(zero -> random.nextInt(10));
    Parallel.setThreads(1);
    Tensor scores = network.predict(x);
    Engine one = Engine.of(network);
    Tensor fast = one.predict(x);
    Map<String, Tensor> grads = one.gradient(x, t);
    Parallel.setThreads(threads);
    assertArrayEquals(scores.array(), network.predict(x).array());
    Engine more = Engine.of(network);
    assertArrayEquals(fast.array(), more.predict(x).array());
    Map<String, Tensor> found = more.gradient(x, t);
    assertEquals(one.lastLoss(), more.lastLoss());
    grads.forEach(
        (name, grad) -> assertArrayEquals(grad.array(), found.get(name).array(), "d" + name));
  }

  @RepeatedTest(value = 300, failureThreshold = 1)
  void accuracyDoesNotDependOnTheBatchSize(Cases cases) {
    int N = cases.between(1, 60);
    int batchSize = cases.between(1, 70);
    long seed = cases.seed();
    Network network = new SimpleConvNet(config(3, 1, seed));
    Random random = new Random(seed);
    Tensor x = cases.whole(2, N, 2, 12, 14);
    Tensor t = Tensor.zeros(N).map(zero -> random.nextInt(10));
    Tensor answers = network.predict(x).argmax(1);
    int correct = 0;
    for (int n = 0; n < N; n++) {
      correct += answers.get(n) == t.get(n) ? 1 : 0;
    }
    assertEquals((double) correct / N, network.accuracy(x, t, batchSize));
  }
}
