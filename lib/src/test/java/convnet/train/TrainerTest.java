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
import convnet.net.ConvNetConfig;
import convnet.net.Network;
import convnet.net.SimpleConvNet;
import convnet.optim.AdaGrad;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.Bell;
import convnet.testing.TinyMnist;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private static final ConvNetConfig SMALL =
      ConvNetConfig.chapter7()
          .withInput(Shape.of(1, 8, 8))
          .withFilters(4)
          .withFilterSize(3)
          .withHidden(10)
          .withBatchSize(20)
          .withEpochs(4);

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

  @Test
  void stopsAtALossThatIsNotANumber() {
    TrainingRun run = run(SMALL);
    Tensor W3 = run.trainer().network().params().get("W3");
    run.train();
    TrainingRun broken = run(SMALL.withEpochs(2));
    broken.trainer().network().params().get("W3").array()[0] = Float.NaN;
    refused(
        ArithmeticException.class,
        "training: the loss is NaN after update 1; try a smaller learning rate than 0.06",
        broken::train);
    assertEquals(1, broken.history().epochs().size());
    assertEquals(0, broken.history().losses().length);
    assertFalse(Float.isNaN(W3.get(0, 0)));
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
