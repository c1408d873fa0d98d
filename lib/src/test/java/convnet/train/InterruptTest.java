package convnet.train;

import static convnet.testing.Check.awaited;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.array.Parallel;
import convnet.data.Mnist;
import convnet.data.NpzFile;
import convnet.lab.Experiment;
import convnet.lab.Ledger;
import convnet.lab.Samples;
import convnet.net.ConvNetConfig;
import convnet.net.Network;
import convnet.net.SimpleConvNet;
import convnet.optim.AdaGrad;
import convnet.tensor.Tensor;
import convnet.testing.Bell;
import convnet.testing.TinyMnist;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stop at any stage: what is begun is finished or can go on, and nothing keeps running. */
class InterruptTest {
  /** Rings from stop to stop: more than two evaluations have, so that every training ends. */
  private static final int BETWEEN = 19;

  @TempDir Path folder;
  private final int threads = Parallel.threads();

  @BeforeEach
  void data() throws IOException {
    TinyMnist.write(folder, 103, 31);
  }

  @AfterEach
  void restore() {
    Thread.interrupted();
    Parallel.setThreads(threads);
  }

  @Test
  void loadingFinishesAndTheFlagStaysSet() throws IOException {
    Thread.currentThread().interrupt();
    assertEquals(103, Mnist.load(folder).train().size());
    assertTrue(Thread.interrupted());
  }

  @Test
  void savingFinishesAndTheFlagStaysSet() throws IOException {
    String file = folder.resolve("params.npz").toString();
    Map<String, Tensor> params = Map.of("W1", Tensor.arange(3, 4));
    Thread.currentThread().interrupt();
    NpzFile.write(file, params);
    assertArrayEquals(params.get("W1").array(), NpzFile.read(file).get("W1").array());
    Experiment experiment = Experiment.of(TinyMnist.config());
    assertTrue(Thread.interrupted());
    Samples samples = Samples.load(folder.toString());
    TrainingRun run = experiment.newRun(samples).train();
    Thread.currentThread().interrupt();
    Ledger ledger = new Ledger(folder.toString());
    ledger.append(experiment, run, samples);
    assertTrue(Thread.interrupted());
    assertEquals(2, Files.readAllLines(Path.of(ledger.file())).size());
  }

  /**
   * Stopped all over training and evaluating, and on again, as the learner presses Run: by
   * appointment, however fast or slow the machine.
   */
  @Test
  void aStopAtAnyPlaceChangesNothing() throws IOException {
    Parallel.setThreads(3);
    byte[] expected = save(run(new Bell(ring -> {})).train());
    Thread learner = Thread.currentThread();
    for (int first = 1; first <= BETWEEN; first++) {
      int place = first % BETWEEN;
      Bell bell =
          new Bell(
              ring -> {
                if (ring % BETWEEN == place) {
                  learner.interrupt();
                }
              });
      TrainingRun run = run(bell);
      int stops = 0;
      while (!run.finished()) {
        run.train();
        stops += Thread.interrupted() ? 1 : 0;
      }
      assertEquals((bell.rings() - first) / BETWEEN + 1, stops);
      assertArrayEquals(expected, save(run), "stopped at ring " + first);
    }
    awaited("nothing else keeps running", () -> helpers() == Parallel.threads() - 1);
  }

  /** The engine has no place for a bell: whoever stops watches for updates. */
  @Test
  void aStopAmidTheEngineChangesNothing() throws Exception {
    byte[] expected = save(engineRun().train());
    TrainingRun run = engineRun();
    Thread learner = Thread.currentThread();
    Thread stopper =
        new Thread(
            () -> {
              int seen = -1;
              while (!run.finished()) {
                if (run.update() != seen && !learner.isInterrupted()) {
                  seen = run.update(); // at most once an update, so that there will be a next
                  learner.interrupt();
                }
              }
            });
    stopper.start();
    while (!run.finished()) {
      run.train();
      Thread.interrupted();
    }
    awaited("the other has seen the end", () -> !stopper.isAlive());
    Thread.interrupted();
    assertArrayEquals(expected, save(run));
  }

  private TrainingRun engineRun() throws IOException {
    Mnist mnist = Mnist.load(folder);
    return Trainer.of(TinyMnist.config(), mnist.train(), mnist.test()).newRun();
  }

  private TrainingRun run(Bell bell) throws IOException {
    Mnist mnist = Mnist.load(folder);
    ConvNetConfig config = TinyMnist.config();
    Network network = bell.within(new SimpleConvNet(config));
    return new Trainer(network, new AdaGrad(0.06), mnist.train(), mnist.test(), 20, 1, 0).newRun();
  }

  private byte[] save(TrainingRun run) throws IOException {
    Path file = folder.resolve("params.npz");
    NpzFile.write(file.toString(), run.trainer().network().params());
    return Files.readAllBytes(file);
  }

  private static long helpers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("convnet-"))
        .count();
  }
}
