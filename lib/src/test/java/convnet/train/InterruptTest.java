package convnet.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.data.Mnist;
import convnet.data.NpzFile;
import convnet.tensor.Parallel;
import convnet.tensor.Tensor;
import convnet.testing.TinyMnist;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stop at any stage: what is begun is finished or can go on, and nothing keeps running. */
class InterruptTest {
  @TempDir Path folder;

  @BeforeEach
  void data() throws IOException {
    TinyMnist.write(folder, 103, 31);
  }

  @AfterEach
  void clear() {
    Thread.interrupted();
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
    TrainingRun run = experiment.newRun(Mnist.load(folder)).train();
    Thread.currentThread().interrupt();
    Ledger ledger = new Ledger(folder.resolve("ledger.csv").toString());
    ledger.append("tiny", experiment, run);
    ledger.append("tiny", experiment, run);
    assertTrue(Thread.interrupted());
    assertEquals(3, Files.readAllLines(Path.of(ledger.file())).size());
  }

  /** Loading, training, evaluating and saving, stopped wherever it may be, again and again. */
  @Test
  void anyNumberOfStopsAnywhereChangesNothing() throws Exception {
    TrainingRun undisturbed = run();
    undisturbed.train();
    byte[] expected = save(undisturbed);
    Random random = new Random(1);
    int stops = 0;
    for (int training = 0; training < 15; training++) {
      AtomicReference<byte[]> saved = new AtomicReference<>();
      Thread learner =
          new Thread(
              () -> {
                TrainingRun run = run();
                while (!run.finished()) {
                  run.train();
                  Thread.interrupted(); // and on again, as the learner presses Run
                }
                saved.set(save(run));
              });
      learner.start();
      while (learner.isAlive()) {
        learner.interrupt();
        stops++;
        Thread.sleep(random.nextInt(4), random.nextInt(1_000_000));
      }
      assertArrayEquals(expected, saved.get());
    }
    assertTrue(stops > 30, stops + " stops");
    assertEquals(Parallel.threads() - 1, helpers());
  }

  private TrainingRun run() {
    try {
      Mnist mnist = Mnist.load(folder);
      return Experiment.of(TinyMnist.config().withEpochs(3)).newRun(mnist);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private byte[] save(TrainingRun run) {
    Path file = folder.resolve("params.npz");
    try {
      NpzFile.write(file.toString(), run.trainer().network().params());
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long helpers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("convnet-"))
        .count();
  }
}
