package convnet.net;

import convnet.data.Dataset;
import convnet.data.Mnist;
import convnet.tensor.Functions;
import convnet.tensor.Parallel;
import convnet.tensor.Tensor;
import convnet.testing.TinyMnist;
import convnet.train.Trainer;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
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
    jvmArgs = {"--add-modules=jdk.incubator.vector", "-Xmx512m"})
public class ConvNetBench {
  private static final int EVALUATION_BATCH = 250;

  @Param({"vector", "plain"})
  String engine;

  @Param({"2", "1"})
  int threads;

  @Param("100")
  int batchSize;

  /** Updates done beforehand: how much of the network is zero behind ReLU depends on them. */
  @Param("3000")
  int trained;

  private Dataset test;
  private Trainer trainer;
  private Pass pass;
  private Dataset.Batch batch;
  private Pass evaluation;
  private Dataset.Batch tests;
  private int update;

  @Setup
  public void setUp() throws IOException {
    System.setProperty("convnet.engine", engine);
    Parallel.setThreads(threads);
    Mnist mnist = Mnist.load(TinyMnist.real());
    test = mnist.test();
    trainer =
        Trainer.of(ConvNetConfig.chapter7().withBatchSize(batchSize), mnist.train(), mnist.test());
    pass = trainer.network().pass();
    batch = trainer.train().batch(trainer.indices(0));
    pass.gradient(batch.x(), batch.t());
    trainer
        .network()
        .gradient(batch.x(), batch.t())
        .forEach(
            (name, grad) -> {
              // In another order of summing up, so not to the last bit.
              if (grad.maxAbsDiff(pass.grads().get(name)) > 1e-5) {
                throw new AssertionError("the gradient of " + name + " differs");
              }
            });
    evaluation = trainer.network().pass();
    tests = test.batch(0, EVALUATION_BATCH);
    Tensor first = test.batch(0, 1000).x();
    Tensor labels = test.batch(0, 1000).t();
    double expected = trainer.network().accuracy(first, labels, 100);
    if (correct(1000) != Math.round(1000 * expected)) {
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
    double loss = pass.gradient(batch.x(), batch.t());
    trainer.optimizer().update(trainer.network().params(), pass.grads());
    return loss;
  }

  /** The accuracy over the 10,000 test images. */
  @Benchmark
  public int evaluate() {
    return correct(test.size());
  }

  private int correct(int images) {
    int correct = 0;
    for (int from = 0; from < images; from += EVALUATION_BATCH) {
      test.fill(tests, from, from + EVALUATION_BATCH);
      correct += Functions.correct(evaluation.predict(tests.x()), tests.t());
    }
    return correct;
  }
}
