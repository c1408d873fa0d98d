package convnet.lab;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.data.Mnist;
import convnet.net.ConvNetConfig;
import convnet.testing.Jvm;
import convnet.testing.TinyMnist;
import convnet.train.History;
import convnet.train.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Experiments, the ledger they are written into, and sweeps of them. */
class LaboratoryTest {
  private static final ConvNetConfig SMALL = TinyMnist.config().withEpochs(2);

  @TempDir Path folder;
  private Mnist mnist;
  private Ledger ledger;
  private Path file;

  @BeforeEach
  void prepare() throws IOException {
    mnist = TinyMnist.load(103, 31);
    file = folder.resolve("ledger.csv");
    ledger = new Ledger(file.toString());
  }

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  private List<Experiment> three() {
    return List.of(
        Experiment.of(SMALL),
        Experiment.of(SMALL.withFilters(3)).withOptimizer("Adam"),
        Experiment.of(SMALL.withLearningRate(0.01)).withOptimizer("SGD"));
  }

  private Sweep sweep() {
    return new Sweep(three(), mnist, "tiny", ledger);
  }

  /** Without the columns that differ from run to run: the time of day and the seconds. */
  private List<String> rows() throws IOException {
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      String[] cells = line.split(",", -1);
      assertEquals(Ledger.COLUMNS.size(), cells.length, line);
      cells[0] = "";
      cells[14] = "";
      rows.add(String.join(",", cells));
    }
    return rows;
  }

  @Test
  void oneExperimentOneRow() throws IOException {
    int[] reports = {0};
    Sweep sweep = sweep().run(s -> reports[0]++);
    assertEquals(3, sweep.done());
    assertEquals(1, sweep.fraction());
    assertEquals(0, sweep.secondsLeft());
    assertTrue(reports[0] >= 3);
    List<String> rows = rows();
    assertEquals(4, rows.size());
    assertTrue(rows.get(2).startsWith(",tiny,Adam,0.06,3,3,0,1,5,0.01,20,2,0,10,,"), rows.get(2));
    History.Epoch last = sweep.runs().get(1).history().last();
    assertTrue(rows.get(2).endsWith(String.format(Locale.ROOT, "%.4f", last.testAccuracy())));
  }

  @Test
  void anInterruptedSweepLeavesNoHalfRowAndGoesOnWithTheSameResult() throws IOException {
    sweep().run(s -> {});
    List<String> whole = rows();
    Files.delete(file);
    Sweep stopped = sweep();
    stopped.run(
        s -> {
          if (s.done() == 1) {
            Thread.currentThread().interrupt();
          }
        });
    assertTrue(Thread.interrupted(), "the flag stays set");
    assertEquals(1, stopped.done());
    assertEquals(2, rows().size());
    stopped.run(s -> {});
    assertEquals(whole, rows());
  }

  @Test
  void aDivergedTrainingIsARowToo() throws IOException {
    List<Experiment> wild =
        List.of(
            Experiment.of(SMALL.withLearningRate(1e30)).withOptimizer("SGD"), Experiment.of(SMALL));
    Sweep sweep = new Sweep(wild, mnist, "tiny", ledger).run(s -> {});
    assertEquals(2, sweep.done());
    assertTrue(sweep.runs().get(0).diverged());
    assertTrue(rows().get(1).endsWith(",,,,"), rows().get(1));
    assertFalse(rows().get(2).endsWith(","), rows().get(2));
  }

  @Test
  void goesOnBehindASpreadsheetsLineEnds() throws IOException {
    Experiment experiment = Experiment.of(SMALL);
    TrainingRun run = experiment.newRun(mnist).train();
    ledger.append("tiny", experiment, run);
    Files.writeString(file, Files.readString(file).replace("\n", "\r\n"));
    ledger.append("tiny", experiment, run);
    assertEquals(3, rows().size());
    assertEquals(rows().get(1), rows().get(2));
  }

  @Test
  void refusesWhatIsNoLedgerAndLeavesItAsItWas() throws IOException {
    Experiment experiment = Experiment.of(SMALL);
    TrainingRun run = experiment.newRun(mnist).train();
    for (String content :
        new String[] {"a,b\n1,2\n", String.join(",", Ledger.COLUMNS) + "\nhalf"}) {
      Files.writeString(file, content);
      IOException e = assertThrows(IOException.class, () -> ledger.append("tiny", experiment, run));
      assertEquals(
          content.startsWith("a")
              ? "Ledger: column 1 of %s is \"a\", expected \"finished\"; mend its first line or"
                      .formatted(file)
                  + " choose another file"
              : "Ledger: the last row of %s is cut off, expected a line's end; complete the row or"
                      .formatted(file)
                  + " delete it",
          e.getMessage());
      assertEquals(content, Files.readString(file));
    }
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  /** What a sweep cannot do it says before it trains. */
  @Test
  void aSweepLooksAtEverythingFirst() throws IOException {
    refused(
        "Ledger: expected a data set's name without comma, quote and line's end, and without"
            + " blanks around it, got \"a,b\"",
        () -> new Sweep(three(), mnist, "a,b", ledger));
    List<Experiment> one = List.of(Experiment.of(SMALL), Experiment.of(SMALL.withBatchSize(1000)));
    refused(
        "Trainer: expected a batch size from 1 to the 103 training images, got 1000",
        () -> new Sweep(one, mnist, "tiny", ledger));
    Files.writeString(file, "a,b\n");
    refused(
        UncheckedIOException.class,
        "Ledger: column 1 of %s is \"a\", expected \"finished\"; mend its first line or choose"
                .formatted(file)
            + " another file",
        this::sweep);
  }

  /** Appends rows to a ledger, in a Java of its own. */
  static final class Appending {
    public static void main(String[] args) throws IOException {
      Experiment experiment = Experiment.of(SMALL);
      TrainingRun run = experiment.newRun(TinyMnist.load(103, 31)).train();
      for (int i = 0; i < 60; i++) {
        new Ledger(args[0]).append(args[1], experiment, run);
      }
      System.out.println("done");
    }
  }

  @Test
  void twoProcessesLoseNoRow() throws Exception {
    List<String> flags = List.of("-Xmx64m", "-Dconvnet.engine=plain");
    Process a = Jvm.start(flags, Appending.class, file.toString(), "a");
    Process b = Jvm.start(flags, Appending.class, file.toString(), "b");
    assertTrue(Jvm.output(a).endsWith("done"));
    assertTrue(Jvm.output(b).endsWith("done"));
    List<String> rows = rows();
    assertEquals(121, rows.size());
    assertEquals(60, rows.stream().filter(row -> row.startsWith(",a,")).count());
    assertEquals(60, rows.stream().filter(row -> row.startsWith(",b,")).count());
  }

  @Test
  void refusesBadInput() {
    Experiment experiment = Experiment.of(SMALL);
    refused(
        "Ledger: the run stands at update 0 of 10; only what has ended is written down",
        () -> ledger.append("tiny", experiment, experiment.newRun(mnist)));
    for (String name : new String[] {"a,b", "a\"b", "a\nb", "", " ", " a", "a\t"}) {
      refused(
          "Ledger: expected a data set's name without comma, quote and line's end, and without"
              + " blanks around it, got \"%s\"".formatted(name),
          () -> ledger.append(name, experiment, experiment.newRun(mnist).train()));
    }
    refused(
        "Experiment: expected an optimizer of SGD, Momentum, AdaGrad, Adam, got adam",
        () -> experiment.withOptimizer("adam"));
    refused(
        "Sweep: expected one experiment or more, got none",
        () -> new Sweep(List.of(), mnist, "tiny", ledger));
    assertEquals(
        "2 filters 3 x 3, std 0.01, AdaGrad 0.06, batch 20, seed 0", experiment.toString());
  }
}
