package convnet.net;

import static convnet.testing.Cases.whole;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.tensor.Parallel;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.Random;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;

/** What holds for every number of images, threads and images at a time. */
class NetworkPropertiesTest {
  private static final int THREADS = Parallel.threads();

  @AfterProperty
  void restore() {
    Parallel.setThreads(THREADS);
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
  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void noBitDependsOnTheNumberOfThreads(
      @ForAll @IntRange(min = 1, max = 40) int N,
      @ForAll @IntRange(min = 2, max = 20) int threads,
      @ForAll @IntRange(min = 1, max = 8) int filters,
      @ForAll @IntRange(min = 1, max = 2) int stride,
      @ForAll long seed) {
    Network network = new SimpleConvNet(config(filters, stride, seed));
    Random random = new Random(seed);
    Tensor x =
        stride == 1 ? Tensor.randn(random, N, 2, 12, 14) : Tensor.randn(random, N, 2, 13, 17);
    Tensor t = Tensor.zeros(N).map(zero -> random.nextInt(10));
    Parallel.setThreads(1);
    Tensor scores = network.predict(x);
    Pass one = network.pass();
    double loss = one.gradient(x, t);
    Parallel.setThreads(threads);
    assertArrayEquals(scores.array(), network.predict(x).array());
    Pass more = network.pass();
    assertEquals(loss, more.gradient(x, t));
    one.grads()
        .forEach(
            (name, grad) ->
                assertArrayEquals(grad.array(), more.grads().get(name).array(), "d" + name));
  }

  @Property(tries = 300)
  void accuracyDoesNotDependOnTheBatchSize(
      @ForAll @IntRange(min = 1, max = 60) int N,
      @ForAll @IntRange(min = 1, max = 70) int batchSize,
      @ForAll long seed) {
    Network network = new SimpleConvNet(config(3, 1, seed));
    Random random = new Random(seed);
    Tensor x = whole(random, 2, N, 2, 12, 14);
    Tensor t = Tensor.zeros(N).map(zero -> random.nextInt(10));
    Tensor answers = network.predict(x).argmax(1);
    int correct = 0;
    for (int n = 0; n < N; n++) {
      correct += answers.get(n) == t.get(n) ? 1 : 0;
    }
    assertEquals((double) correct / N, network.accuracy(x, t, batchSize));
  }
}
