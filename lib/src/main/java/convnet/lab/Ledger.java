package convnet.lab;

import convnet.data.WholeFile;
import convnet.net.ConvNetConfig;
import convnet.train.History;
import convnet.train.TrainingRun;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * The experiments so far, one row each, in a CSV file that any program reads. A row is written when
 * its run has ended, and the file is exchanged whole: whatever interrupts it leaves no half row.
 */
public final class Ledger {
  /** The columns' names. Accuracies are from 0 to 1; a run that diverged has none. */
  public static final List<String> COLUMNS =
      List.of(
          "finished",
          "data",
          "optimizer",
          "learning rate",
          "filters",
          "filter size",
          "pad",
          "stride",
          "hidden",
          "weight std",
          "batch size",
          "epochs",
          "seed",
          "updates",
          "seconds",
          "loss",
          "train accuracy",
          "test accuracy");

  private final Path file;

  /** A ledger in the given file, which need not exist yet. */
  public Ledger(String file) {
    this.file = Path.of(file);
  }

  /** Where it is kept. */
  public String file() {
    return file.toString();
  }

  /**
   * Appends the row of a run that has ended.
   *
   * @param data the name of the data set
   * @param run ended, or stopped by a loss that is not a number
   * @throws IllegalArgumentException if the run neither is finished nor diverged, or the name holds
   *     a comma, a quote or a line's end
   * @throws IOException if the file cannot be written or is no such ledger; then it stays as it was
   */
  public void append(String data, Experiment experiment, TrainingRun run) throws IOException {
    if (!run.finished() && !run.diverged()) {
      throw new IllegalArgumentException(
          "Ledger: the run stands at update %s of %s; only what has ended is written down"
              .formatted(run.update(), run.updates()));
    }
    if (data.matches("(?s).*[,\"\\r\\n].*")) {
      throw new IllegalArgumentException(
          "Ledger: expected a name without comma, quote and line's end, got " + data);
    }
    String header = String.join(",", COLUMNS);
    byte[] before = Files.exists(file) ? read() : utf8(header + "\n");
    String text = new String(before, StandardCharsets.UTF_8);
    // A spreadsheet may have saved it with another line end.
    if (!text.endsWith("\n") || !text.lines().findFirst().orElseThrow().equals(header)) {
      throw new IOException(
          "Ledger: %s begins with other columns than a ledger, or its last row is cut off"
              .formatted(file));
    }
    byte[] row = utf8(row(data, experiment, run));
    WholeFile.replace(
        file,
        out -> {
          out.write(before);
          out.write(row);
        });
  }

  /** Not Files.readAllBytes: that one breaks off when the thread is interrupted. */
  private byte[] read() throws IOException {
    try (InputStream in = new FileInputStream(file.toFile())) {
      return in.readAllBytes();
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String row(String data, Experiment experiment, TrainingRun run) {
    ConvNetConfig c = experiment.config();
    History.Epoch last = run.history().last();
    boolean whole = run.finished() && last != null;
    return String.format(
        Locale.ROOT,
        "%s,%s,%s,%s,%d,%d,%d,%d,%d,%s,%d,%d,%d,%d,%.2f,%s,%s,%s%n".replace("%n", "\n"),
        Instant.now().truncatedTo(ChronoUnit.SECONDS),
        data,
        experiment.optimizer(),
        c.learningRate(),
        c.filters(),
        c.filterSize(),
        c.pad(),
        c.stride(),
        c.hidden(),
        c.weightStd(),
        c.batchSize(),
        c.epochs(),
        c.seed(),
        run.update(),
        run.seconds(),
        whole ? number(last.loss()) : "",
        whole ? number(last.trainAccuracy()) : "",
        whole ? number(last.testAccuracy()) : "");
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }
}
