package convnet.train;

import static convnet.testing.Check.awaited;
import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.array.Parallel;
import convnet.data.Dataset;
import convnet.data.Mnist;
import convnet.engine.Engine;
import convnet.lab.Predictions;
import convnet.net.ConvNetConfig;
import convnet.net.Network;
import convnet.net.SimpleConvNet;
import convnet.optim.AdaGrad;
import convnet.optim.SGD;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.Bell;
import convnet.testing.TinyMnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainerTest {
  private static final ConvNetConfig SMALL =
      ConvNetConfig.chapter7()
          .withInput(Shape.of(1, 8, 8))
          .withFilters(4)
          .withFilterSize(3)
          .withHidden(10)
          .withBatchSize(20)
          .withEpochs(4);

  @TempDir Path folder;
  private final int threads = Parallel.threads();
  private final Mnist mnist = tiny();

  private static Mnist tiny() {
    try {
      return TinyMnist.load(103, 31);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private TrainingRun run(ConvNetConfig config) {
    return Trainer.of(config, mnist.train(), mnist.test()).newRun();
  }

  private TrainingRun run(Bell bell) {
    Network network = bell.within(new SimpleConvNet(SMALL));
    return new Trainer(network, new AdaGrad(0.06), mnist.train(), mnist.test(), 20, 4, 0).newRun();
  }

  @AfterEach
  void restore() {
    Thread.interrupted();
    Parallel.setThreads(threads);
  }

  private static void assertSame(TrainingRun a, TrainingRun b) {
    assertArrayEquals(a.history().losses(), b.history().losses());
    List<History.Epoch> left = a.history().epochs();
    List<History.Epoch> right = b.history().epochs();
    assertEquals(left.size(), right.size());
    for (int i = 0; i < left.size(); i++) {
      assertEquals(left.get(i).trainAccuracy(), right.get(i).trainAccuracy());
      assertEquals(left.get(i).testAccuracy(), right.get(i).testAccuracy());
    }
    a.trainer()
        .network()
        .params()
        .forEach(
            (name, p) ->
                assertArrayEquals(
                    p.array(), b.trainer().network().params().get(name).array(), name));
  }

  @Test
  void recordsEveryUpdateAndEveryEpoch() {
    TrainingRun run = run(SMALL);
    assertEquals(0, run.history().losses().length);
    assertFalse(run.finished());
    run.train();
    assertTrue(run.finished());
    assertEquals(20, run.history().losses().length); // 103 / 20 = 5 updates, 4 epochs
    assertEquals(5, run.history().epochs().size());
    History.Epoch last = run.history().last();
    assertEquals(4, last.epoch());
    assertEquals(20, last.updates());
    assertEquals(run.history().losses()[19], (float) last.loss());
    assertTrue(Double.isNaN(run.history().epochs().get(0).loss()));
    assertEquals(0, run.secondsLeft());
  }

  @Test
  void recordsTheLossBeforeOrAfterTheUpdate() {
    Trainer trainer = Trainer.of(SMALL, mnist.train(), mnist.test());
    TrainingRun before = trainer.newRun(RecordedLoss.FORWARD_PASS).train();
    TrainingRun after = run(SMALL).train();
    Network untrained = new SimpleConvNet(SMALL);
    Dataset.Batch first = mnist.train().batch(trainer.indices(0));
    assertEquals((float) untrained.loss(first.x(), first.t()), before.history().losses()[0]);
    new AdaGrad(0.06).update(untrained.params(), untrained.gradient(first.x(), first.t()));
    assertEquals((float) untrained.loss(first.x(), first.t()), after.history().losses()[0]);
    // What is written down does not change what is learned.
    assertEquals(before.history().last().testAccuracy(), after.history().last().testAccuracy());
    assertArrayEquals(
        before.trainer().network().params().get("W2").array(),
        after.trainer().network().params().get("W2").array());
  }

  @Test
  void learnsFiveHundredDigits() throws IOException {
    Mnist digits = Mnist.load(TinyMnist.real());
    ConvNetConfig config =
        ConvNetConfig.chapter7()
            .withFilters(8)
            .withWeightStd(0.05)
            .withLearningRate(0.02)
            .withBatchSize(50)
            .withEpochs(15);
    TrainingRun run =
        Trainer.of(config, digits.train().first(500), digits.test().first(500)).newRun().train();
    assertTrue(run.history().last().trainAccuracy() > 0.95, "" + run.history().last());
    assertTrue(run.history().last().testAccuracy() > 0.75, "" + run.history().last());
  }

  @Test
  void theSameSeedGivesTheSameHistoryWithOneThreadOrMore() {
    Parallel.setThreads(1);
    TrainingRun one = run(SMALL).train();
    Parallel.setThreads(2);
    assertSame(one, run(SMALL).train());
    assertSame(one, run(SMALL).train());
    Parallel.setThreads(3);
    assertSame(one, run(SMALL).train());
    assertFalse(
        Arrays.equals(one.history().losses(), run(SMALL.withSeed(1)).train().history().losses()));
  }

  @Test
  void stopsWhenInterruptedAndGoesOnWithTheSameResult() {
    TrainingRun whole = run(new Bell(ring -> {})).train();
    Thread learner = Thread.currentThread();
    for (int stopAt : new int[] {1, 50, 120, 200}) { // while evaluating, while training
      TrainingRun stopped =
          run(
              new Bell(
                  ring -> {
                    if (ring == stopAt) {
                      learner.interrupt();
                    }
                  }));
      stopped.train();
      assertTrue(Thread.interrupted(), "the flag stays set");
      assertFalse(stopped.finished());
      assertEquals(stopped.update(), stopped.history().losses().length);
      stopped.train();
      assertTrue(stopped.finished());
      assertSame(whole, stopped);
    }
  }

  @Test
  void aSecondCallTakesOverFromTheFirst() throws InterruptedException {
    Parallel.setThreads(1);
    TrainingRun whole = run(new Bell(ring -> {})).train();
    Thread second = Thread.currentThread();
    Thread[] last = {null};
    Bell bell =
        new Bell(
            ring -> {
              last[0] = Thread.currentThread();
              if (ring == 100) {
                awaited("the second calls", () -> second.getState() == Thread.State.BLOCKED);
              }
            });
    TrainingRun shared = run(bell);
    Thread first = new Thread(shared::train);
    first.start();
    awaited("the first is amid the training", () -> bell.rings() >= 100);
    shared.train();
    first.join();
    assertEquals(second, last[0]);
    assertTrue(shared.finished());
    assertSame(whole, shared);
  }

  @Test
  void makesNoReportWhenStopped() {
    TrainingRun run = run(SMALL);
    Thread.currentThread().interrupt();
    run.train(r -> assertFalse(Thread.interrupted(), "a report would clear the flag"));
    assertTrue(Thread.interrupted());
    assertEquals(0, run.update());
  }

  @Test
  void reportsAtTheEndOnTheCallersThread() {
    Thread caller = Thread.currentThread();
    int[] reports = {0};
    TrainingRun run = run(SMALL);
    run.train(
        r -> {
          assertEquals(caller, Thread.currentThread());
          assertTrue(r == run);
          reports[0]++;
        });
    assertTrue(reports[0] >= 1);
  }

  private TrainingRun wild(int batchSize, RecordedLoss recorded) {
    Network network = new SimpleConvNet(SMALL);
    Dataset train = mnist.train();
    SGD wild = new SGD(1e30);
    return new Trainer(network, wild, train, mnist.test(), batchSize, 1, 0).newRun(recorded);
  }

  /** It stays so, started again. */
  private static void stops(TrainingRun run, int losses, String what) {
    for (int times = 0; times < 2; times++) {
      refused(
          ArithmeticException.class,
          "training: "
              + what
              + " after update 1; try a smaller learning rate than 1.0E30 or smaller first weights",
          run::train);
      assertTrue(run.diverged());
      assertFalse(run.finished());
      assertEquals(1, run.history().epochs().size());
      assertEquals(losses, run.history().losses().length);
    }
  }

  @Test
  void stopsAtALossThatIsNotANumber() {
    stops(wild(20, RecordedLoss.AFTER_UPDATE), 0, "the loss is NaN");
  }

  /** The last update is the only one whose loss nobody looks at any more. */
  @Test
  void stopsAtScoresThatAreNotNumbers() {
    stops(wild(103, RecordedLoss.FORWARD_PASS), 1, "the scores are NaN or infinite");
  }

  @Test
  void saysWhatToDoAboutFirstWeightsThatAreTooLarge() {
    refused(
        ArithmeticException.class,
        "training: the scores are NaN or infinite after update 0; try a smaller learning rate than"
            + " 0.06 or smaller first weights",
        () -> run(SMALL.withWeightStd(1e30)).train());
    for (double tooMuch : new double[] {1e300, 1e-300}) {
      refused(
          "learningRate: expected a number above 0, got " + tooMuch,
          () -> SMALL.withLearningRate(tooMuch));
      refused("SGD: expected a learning rate above 0, got " + tooMuch, () -> new SGD(tooMuch));
    }
  }

  /** A sample of a data set with other images, and other classes, than MNIST's. */
  private Mnist other(int side, int classes) throws IOException {
    TinyMnist.write(folder, 200, 200, side);
    for (String set : new String[] {"train", "t10k"}) {
      byte[] labels = TinyMnist.labels(2049, 200, 200);
      for (int n = 0; n < 200; n++) {
        labels[8 + n] = (byte) (n % classes);
      }
      Files.write(folder.resolve(set + "-labels-idx1-ubyte"), labels);
    }
    return Mnist.load(folder);
  }

  @Test
  void trainsAndReportsAnyNumberOfClasses() throws IOException {
    for (int classes : new int[] {1, 2, 3, 10, 26, 47, 200}) {
      Mnist data = other(8, classes);
      assertEquals(classes, data.train().classes());
      ConvNetConfig config = SMALL.withClasses(classes).withEpochs(1);
      TrainingRun run = Trainer.of(config, data.train(), data.test()).newRun().train();
      assertTrue(run.finished());
      assertTrue(run.history().last().loss() < 2 * Math.log(classes) + 1e-6, "" + classes);
      Tensor t = data.train().batch(0, 200).t();
      assertEquals(Shape.of(200, classes), t.shape());
      Predictions predictions = Predictions.of(run.trainer().network(), data.test());
      assertEquals(Shape.of(classes, classes), predictions.confusion().shape());
      assertEquals(200, predictions.confusion().sum());
      assertEquals(run.history().last().testAccuracy(), predictions.accuracy(), 1e-9);
      Tensor scores = run.trainer().network().predict(data.test().batch(0, 200).x());
      for (int n = 0; n < 200; n++) {
        assertEquals(n, predictions.all().get(n).image());
        assertEquals(scores.argmax(1).get(n), predictions.all().get(n).predicted());
      }
    }
  }

  /** A network may tell more classes apart than there are images of. */
  @Test
  void moreClassesThanThereAreImagesOf() throws IOException {
    Mnist data = other(8, 3);
    TrainingRun run = Trainer.of(SMALL.withEpochs(1), data.train(), data.test()).newRun().train();
    assertEquals(10, run.trainer().train().classes());
    assertEquals(
        Shape.of(10, 10), Predictions.of(run.trainer().network(), data.test()).confusion().shape());
  }

  @Test
  void refusesImagesThatDoNotFitTheNetwork() throws IOException {
    Mnist many = other(8, 47);
    String classes =
        "Dataset: there are images of class 46, expected 47 classes or more, got 10; a network"
            + " for them is made withClasses(47)";
    refused(classes, () -> Trainer.of(SMALL, many.train(), many.test()));
    refused(classes, () -> Predictions.of(new SimpleConvNet(SMALL), many.test()));
    Mnist large = other(12, 10);
    String sizes =
        "predict: expected images (N, 1, 8, 8), got (1, 1, 12, 12); take images of that size or a"
            + " network for these";
    String set = sizes.replace("predict", "data set");
    refused(set, () -> Trainer.of(SMALL, large.train(), large.test()));
    refused(set, () -> Predictions.of(new SimpleConvNet(SMALL), large.test()));
    Tensor x = large.test().batch(0, 5).x();
    Tensor t = large.test().batch(0, 5).t();
    Network network = new SimpleConvNet(SMALL);
    Engine engine = Engine.of(network);
    String five = sizes.replace("(1, 1, 12, 12)", "(5, 1, 12, 12)");
    refused(five, () -> network.predict(x));
    refused(five, () -> engine.predict(x));
    refused(five.replace("predict", "loss"), () -> network.loss(x, t));
    refused(five.replace("predict", "loss"), () -> engine.loss(x, t));
    refused(five.replace("predict", "gradient"), () -> network.gradient(x, t));
    refused(five.replace("predict", "gradient"), () -> engine.gradient(x, t));
    refused(five.replace("predict", "accuracy"), () -> network.accuracy(x, t, 5));
    refused(five.replace("predict", "activations"), () -> network.activations(x));
    refused(five.replace("predict", "inputGradient"), () -> network.inputGradient(x, t));
    refused("input: expected (C, H, W), got (8, 8)", () -> SMALL.withInput(Shape.of(8, 8)));
  }

  @Test
  void drawsEachBatchWithoutReplacementFromAllImages() {
    Trainer trainer = Trainer.of(SMALL.withBatchSize(50), mnist.train(), mnist.test());
    int[] counts = new int[103];
    for (int update = 0; update < 4000; update++) {
      int[] indices = trainer.indices(update);
      Set<Integer> different = new HashSet<>();
      for (int i : indices) {
        different.add(i);
        counts[i]++;
      }
      assertEquals(50, different.size());
    }
    // Binomial: mean 1941.7, standard deviation 31.6.
    for (int count : counts) {
      assertEquals(1941.7, count, 5 * 31.6);
    }
    Trainer all = Trainer.of(SMALL.withBatchSize(103), mnist.train(), mnist.test());
    assertEquals(103, Arrays.stream(all.indices(0)).distinct().count());
  }

  @Test
  void batchesDependOnSeedAndUpdateAlone() {
    Trainer trainer = Trainer.of(SMALL, mnist.train(), mnist.test());
    assertArrayEquals(trainer.indices(7), trainer.indices(7));
    assertFalse(Arrays.equals(trainer.indices(7), trainer.indices(8)));
    Trainer other = Trainer.of(SMALL.withSeed(1), mnist.train(), mnist.test());
    assertFalse(Arrays.equals(trainer.indices(7), other.indices(7)));
    assertFalse(Arrays.equals(trainer.indices(8), other.indices(7)));
  }

  @Test
  void refusesBadNumbers() {
    refused(
        "Trainer: expected a batch size from 1 to the 103 training images, got 0",
        () -> trainer(0, 1));
    refused(
        "Trainer: expected a batch size from 1 to the 103 training images, got 104",
        () -> run(SMALL.withBatchSize(104)));
    refused("Trainer: expected 1 epoch or more, got 0", () -> trainer(1, 0));
  }

  private Trainer trainer(int batchSize, int epochs) {
    Trainer t = run(SMALL).trainer();
    return new Trainer(
        t.network(), t.optimizer(), t.train(), t.test(), batchSize, epochs, t.seed());
  }
}
