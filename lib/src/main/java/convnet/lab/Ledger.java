package convnet.lab;

import convnet.data.GivenFile;
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

  private static final String HEADER = String.join(",", COLUMNS);
  private static final String MARK = "\ufeff"; // a byte-order mark, which spreadsheets add

  private final String file;

  /** A ledger in the given file, which need not exist yet. */
  public Ledger(String file) {
    this.file = file;
  }

  /** Where it is kept. */
  public String file() {
    return file;
  }

  /**
   * Appends the row of a run that has ended.
   *
   * @param data the name of the data set
   * @param run ended, or stopped by a loss that is not a number
   * @throws IllegalArgumentException if the run neither is finished nor diverged, or the name is
   *     empty, holds a comma, a quote or a line's end, or has blanks around it
   * @throws IOException if the file cannot be written or is no such ledger; then it stays as it was
   */
  public void append(String data, Experiment experiment, TrainingRun run) throws IOException {
    if (!run.finished() && !run.diverged()) {
      throw new IllegalArgumentException(
          "Ledger: the run stands at update %s of %s; only what has ended is written down"
              .formatted(run.update(), run.updates()));
    }
    requireName(data);
    WholeFile.alone(() -> write(row(data, experiment, run)));
  }

  private void write(String row) throws IOException {
    byte[] before = exists() ? bytes() : new byte[0];
    String text = decoded(before);
    String end = text.contains("\r\n") ? "\r\n" : "\n"; // a spreadsheet's
    boolean blank = text.isBlank();
    byte[] after = utf8((blank ? HEADER + end : "") + row + end);
    text(before);
    WholeFile.replace(
        "Ledger",
        file,
        out -> {
          out.write(blank ? new byte[0] : before);
          out.write(after);
        });
  }

  /**
   * Checks the name of a data set.
   *
   * @throws IllegalArgumentException if it is empty, holds a comma, a quote or a line's end, or has
   *     blanks around it
   */
  static void requireName(String data) {
    if (data.matches("(?s).*[,\"\\r\\n].*") || data.isBlank() || !data.equals(data.strip())) {
      throw new IllegalArgumentException(
          "Ledger: expected a data set's name without comma, quote and line's end, and without"
              + " blanks around it, got \"%s\"".formatted(data));
    }
  }

  /** Whether there is a file yet. */
  public boolean exists() throws IOException {
    return Files.exists(GivenFile.path("Ledger", file));
  }

  /**
   * Its rows, the columns' names above them, as they stand in the file.
   *
   * @throws IOException if the file cannot be read or is no such ledger
   */
  public String text() throws IOException {
    return text(bytes());
  }

  /** Not Files.readAllBytes: that one breaks off when the thread is interrupted. */
  private byte[] bytes() throws IOException {
    try (InputStream in = new FileInputStream(GivenFile.file("Ledger", file).toFile())) {
      return in.readAllBytes();
    }
  }

  private String text(byte[] bytes) throws IOException {
    String text = decoded(bytes).replaceAll("\r\n?", "\n"); // line ends of Windows and of old Macs
    Path path = GivenFile.path("Ledger", file);
    if (text.isBlank()) {
      return HEADER + "\n";
    }
    String header = text.lines().findFirst().orElseThrow().replace("\"", ""); // quoted, perhaps
    if (header.equals(HEADER.replace(",", ";"))) {
      throw new IOException(
          "Ledger: semicolons divide the columns of %s, expected commas; save it as CSV with commas"
              .formatted(path));
    }
    if (text.indexOf('\ufffd') >= 0 || text.indexOf('\0') >= 0) {
      throw new IOException(
          "Ledger: %s holds bytes that are no text in UTF-8; mend it or save it as CSV in UTF-8"
              .formatted(path));
    }
    List<String> columns = List.of(header.split(",", -1));
    for (int c = 0; c < Math.max(columns.size(), COLUMNS.size()); c++) {
      String expected = c < COLUMNS.size() ? "\"" + COLUMNS.get(c) + "\"" : "none";
      String found =
          c < columns.size() ? "\"" + GivenFile.shortened(columns.get(c)) + "\"" : "none";
      if (!expected.equals(found)) {
        throw new IOException(
            "Ledger: column %s of %s is %s, expected %s; mend its first line or choose another file"
                .formatted(c + 1, path, found, expected));
      }
    }
    if (!text.endsWith("\n")) {
      throw new IOException(
          "Ledger: the last row of %s is cut off, expected a line's end; complete the row or delete it"
              .formatted(path));
    }
    return text;
  }

  private static String decoded(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
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
        "%s,%s,%s,%s,%d,%d,%d,%d,%d,%s,%d,%d,%d,%d,%.2f,%s,%s,%s",
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
