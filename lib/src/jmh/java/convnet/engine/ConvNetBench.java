package convnet.engine;

import convnet.array.Parallel;
import convnet.data.Dataset;
import convnet.data.Mnist;
import convnet.layer.Affine;
import convnet.layer.Convolution;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.net.ConvNetConfig;
import convnet.net.LeNet;
import convnet.net.Network;
import convnet.optim.Adam;
import convnet.tensor.Functions;
import convnet.tensor.Tensor;
import convnet.testing.TinyMnist;
import convnet.train.Trainer;
import java.io.IOException;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The chapter's network on real digits, as the trainer runs it. Read the medians, p0.50. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 2,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "-Xmx1g"}) // the oracle's layers need it
public class ConvNetBench {
  /**
   * The chapter's, whose filters die for the most part; one whose filters live (learning rate
   * 0.001, standard deviation 0.05); one of 16 filters 3 x 3, pad 1, in batches of 32; a
   * LeNet-style network with Adam; and the network of chapter 8 without dropout, with Adam.
   */
  @Param({"chapter", "living", "small", "lenet", "deep"})
  String recipe;

  @Param({"2", "1"})
  int threads;

  @Param("100")
  int batchSize;

  /** Updates done beforehand: how much of the network is zero behind ReLU depends on them. */
  @Param("3000")
  int trained;

  private Dataset test;
  private Trainer trainer;
  private Engine engine;
  private Dataset.Batch batch;
  private Engine evaluation;
  private Dataset.Batch all;
  private int update;

  @Setup
  public void setUp() throws IOException {
    Parallel.setThreads(threads);
    Mnist mnist = Mnist.load(TinyMnist.real());
    test = mnist.test();
    trainer = trainer(mnist);
    engine = Engine.of(trainer.network());
    batch = trainer.train().batch(trainer.indices(0));
    Map<String, Tensor> grads = engine.gradient(batch.x(), batch.t());
    trainer
        .network()
        .gradient(batch.x(), batch.t())
        .forEach(
            (name, grad) -> {
              // In another order of summing up, so not to the last bit.
              if (grad.maxAbsDiff(grads.get(name)) > 1e-5) {
                throw new AssertionError("the gradient of " + name + " differs");
              }
            });
    evaluation = Engine.of(trainer.network());
    all = test.batch(0, test.size());
    Tensor first = test.batch(0, 1000).x();
    Tensor labels = test.batch(0, 1000).t();
    double expected = trainer.network().accuracy(first, labels, 100);
    if (evaluation.accuracy(first, labels) != expected
        || evaluate() != Math.round(test.size() * evaluation.accuracy(all.x(), all.t()))) {
      throw new AssertionError("another accuracy than " + expected);
    }
    while (update < trained) {
      update();
    }
  }

  /** Batch drawing, gradient and AdaGrad. */
  @Benchmark
  public double update() {
    trainer.train().fill(batch, trainer.indices(update++));
    Map<String, Tensor> grads = engine.gradient(batch.x(), batch.t());
    trainer.optimizer().update(trainer.network().params(), grads);
    return engine.lastLoss();
  }

  /** The accuracy over the 10,000 test images. */
  @Benchmark
  public int evaluate() {
    AtomicInteger correct = new AtomicInteger();
    Engine[] engines = evaluation.several();
    test.inBatches(
        Engine.PORTION,
        engines.length,
        (worker, from, images) -> {
          Tensor scores = engines[worker].scores(images.x());
          correct.addAndGet(Functions.correct(scores, images.t()));
          return true;
        });
    return correct.get();
  }

  /** An update as the chapter writes it, layer by layer. */
  @Benchmark
  public double chapterUpdate() {
    trainer.train().fill(batch, trainer.indices(update++));
    Network network = trainer.network();
    trainer.optimizer().update(network.params(), network.gradient(batch.x(), batch.t()));
    return network.lastLoss();
  }

  /** The accuracy as the chapter computes it, layer by layer, batches of 100. */
  @Benchmark
  public double chapterAccuracy() {
    return trainer.network().accuracy(all.x(), all.t(), 100);
  }

  private Trainer trainer(Mnist mnist) {
    if (recipe.equals("lenet")) {
      return new Trainer(
          new LeNet(0), new Adam(0.001), mnist.train(), mnist.test(), batchSize, 10, 0);
    }
    if (recipe.equals("deep")) {
      return new Trainer(deep(0), new Adam(0.001), mnist.train(), mnist.test(), batchSize, 10, 0);
    }
    ConvNetConfig config = ConvNetConfig.chapter7().withBatchSize(batchSize);
    if (!recipe.equals("chapter")) {
      config = config.withLearningRate(0.001).withWeightStd(0.05);
    }
    if (recipe.equals("small")) {
      config = config.withFilters(16).withFilterSize(3).withPad(1).withBatchSize(32);
    }
    return Trainer.of(config, mnist.train(), mnist.test());
  }

  /**
   * The book's DeepConvNet (section 8.1.1), without dropout; He's weights. A batch of 100: 16 maps
   * of 28 x 28, twice, 14 x 14; 32 of 14 x 14, 16 x 16, 8 x 8; 64 of 8 x 8, twice, 4 x 4; 50; 10.
   */
  private static Network deep(long seed) {
    Random random = new Random(seed);
    Network net = new Network();
    int C = 1;
    int[][] filtersAndPad = {{16, 1}, {16, 1}, {32, 1}, {32, 2}, {64, 1}, {64, 1}};
    for (int i = 0; i < filtersAndPad.length; i++) {
      int FN = filtersAndPad[i][0];
      Tensor W = Tensor.randn(random, FN, C, 3, 3).mul(Math.sqrt(2.0 / (9 * C)));
      net.add("Conv" + (i + 1), new Convolution(W, Tensor.zeros(FN), 1, filtersAndPad[i][1]));
      net.add("Relu" + (i + 1), new ReLU());
      if (i % 2 == 1) {
        net.add("Pool" + (i / 2 + 1), new Pooling(2, 2, 2, 0));
      }
      C = FN;
    }
    Tensor W7 = Tensor.randn(random, 1024, 50).mul(Math.sqrt(2.0 / 1024));
    Tensor W8 = Tensor.randn(random, 50, 10).mul(Math.sqrt(2.0 / 50));
    return net.add("Affine1", new Affine(W7, Tensor.zeros(50)))
        .add("Relu7", new ReLU())
        .add("Affine2", new Affine(W8, Tensor.zeros(10)));
  }
}
