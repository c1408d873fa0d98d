package convnet.lab;

import convnet.data.GivenFile;
import convnet.engine.Engine;
import convnet.train.RecordedLoss;
import convnet.train.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import tech.tablesaw.api.Table;

/**
 * Every training so far: a row in {@code ledger.csv}, which any program reads, and its curves in
 * {@code curves/17.npz}, which NumPy reads. A row holds everything that made the run, so that
 * {@link #rerun} can make it again. Both files are written whole, curves first: whatever ends the
 * process, no row is lost but that of the run in progress.
 */
public final class Ledger {
  private static final List<String> BEFORE =
      List.of("run", "finished", "data", "images", "validation", "data check");
  private static final List<String> AFTER =
      List.of(
          "library",
          "machine",
          "updates",
          "seconds",
          "loss",
          "train accuracy",
          "validation accuracy",
          "test accuracy",
          "living filters");

  /**
   * The columns' names. Accuracies are from 0 to 1. The validation images' is missing where the
   * test images judged, the test images' where they were not asked, and both where the run
   * diverged.
   */
  public static final List<String> COLUMNS =
      Stream.of(BEFORE, Experiment.SETTINGS, AFTER).flatMap(List::stream).toList();

  /** What each run was written down as, and where: a cell that runs twice makes no second row. */
  private static final Map<TrainingRun, Map<String, Integer>> WRITTEN =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final String folder;
  private final LedgerFile file;

  /** A ledger in the given folder, which need not exist yet. */
  public Ledger(String folder) {
    this.folder = folder;
    this.file = new LedgerFile(file(), COLUMNS);
  }

  /**
   * The learner's own: in the folder that the environment's CONVNET_EXPERIMENTS names, or the
   * property {@code convnet.experiments}, which the notebooks' kernel sets to {@code experiments}
   * beside them.
   */
  public static Ledger standard() {
    String folder = System.getenv("CONVNET_EXPERIMENTS");
    return new Ledger(
        folder != null ? folder : System.getProperty("convnet.experiments", "experiments"));
  }

  /** Where its rows are. */
  public String file() {
    return folder + "/ledger.csv";
  }

  /** Work that may fail to read or write. */
  private interface Io<T> {
    T run() throws IOException;
  }

  private static <T> T io(Io<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
  }

  /**
   * Writes down a run that has ended, its row and its curves; once, however often it is asked to.
   * Which loss was recorded the run itself tells.
   *
   * @param run ended, or stopped by a loss that is not a number
   * @return its number
   * @throws IllegalArgumentException if the run neither is finished nor diverged, or was not made
   *     by this experiment from these samples
   * @throws UncheckedIOException if it cannot be written, or the file is no ledger; then it stays
   *     as it was
   */
  public int append(Experiment experiment, TrainingRun run, Samples samples) {
    return append(experiment, run, samples, samples.validation() == 0);
  }

  /**
   * As {@link #append}, and asks the test images: once, for the experiment that validation images
   * have chosen.
   */
  public int test(Experiment experiment, TrainingRun run, Samples samples) {
    return append(experiment, run, samples, true);
  }

  private int append(Experiment given, TrainingRun run, Samples samples, boolean test) {
    Map<String, Integer> written = WRITTEN.computeIfAbsent(run, r -> new ConcurrentHashMap<>());
    String here = "" + Path.of(folder).toAbsolutePath() + test;
    Integer before = written.get(here);
    if (before != null && table().intColumn("run").asList().contains(before)) {
      return before;
    }
    if (!run.finished() && !run.diverged()) {
      throw new IllegalArgumentException(
          "Ledger: the run stands at update %s of %s; only what has ended is written down"
              .formatted(run.update(), run.updates()));
    }
    boolean loss = run.recorded() == RecordedLoss.AFTER_UPDATE;
    Experiment experiment = given.with("recorded loss", loss ? "after update" : "before update");
    LedgerRow.requireMatch(experiment, run, samples);
    Curves curves = Curves.of(run);
    List<String> results = LedgerRow.results(run, samples, test);
    List<String> cells = new ArrayList<>();
    cells.add(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    cells.add(samples.folder());
    cells.addAll(LedgerRow.key(experiment, samples));
    cells.addAll(results);
    int number =
        io(
            () -> {
              makeFolder();
              return file.append(
                  n -> {
                    curves.write(curves(folder, n));
                    List<String> row = new ArrayList<>(List.of("" + n));
                    row.addAll(cells);
                    return row;
                  });
            });
    written.put(here, number);
    return number;
  }

  private void makeFolder() throws IOException {
    Path path = GivenFile.path("Ledger", folder + "/curves");
    try {
      Files.createDirectories(path);
    } catch (FileSystemException e) {
      throw new IOException(
          "Ledger: the folder %s cannot be made: a file is in its place, or you may not write there; "
                  .formatted(path)
              + "choose another, in a notebook by starting with CONVNET_EXPERIMENTS=folder",
          e);
    }
  }

  private static String curves(String folder, int run) {
    return folder + "/curves/" + run + ".npz";
  }

  /**
   * Its rows, in the order in which they were written.
   *
   * @throws UncheckedIOException if the file cannot be read, is no ledger, or one of its cells is
   *     not what its column holds
   */
  public Table table() {
    return io(() -> LedgerTable.read(file(), file.text()));
  }

  /**
   * The rows of some runs, in that order.
   *
   * @throws IllegalArgumentException if there is no such run
   */
  public Table table(List<Integer> runs) {
    Table all = table();
    Table some = all.emptyCopy();
    runs.forEach(run -> some.append(all.row(row(all, run))));
    return some;
  }

  /** All rows' numbers by what made them; of two alike the later one's. */
  static Map<List<String>, Integer> runs(Table table) {
    Map<List<String>, Integer> runs = new LinkedHashMap<>();
    int from = COLUMNS.indexOf("images");
    for (int row = 0; row < table.rowCount(); row++) {
      List<String> key = new ArrayList<>();
      for (String name : COLUMNS.subList(from, COLUMNS.indexOf("library"))) {
        key.add(LedgerTable.cell(table.column(name), row));
      }
      runs.put(key, table.intColumn("run").get(row));
    }
    return runs;
  }

  /** A row's place in the table of all. */
  static int row(Table table, int run) {
    int row = table.intColumn("run").asList().lastIndexOf(run);
    if (row < 0) {
      throw new IllegalArgumentException(
          "Ledger: there is no run %s among its %s rows".formatted(run, table.rowCount()));
    }
    return row;
  }

  /** A run's accuracy over the images that judged it; NaN if it diverged. */
  static double accuracy(Table table, int run) {
    int row = row(table, run);
    boolean validated = table.intColumn("validation").get(row) > 0;
    return table.doubleColumn(validated ? "validation accuracy" : "test accuracy").getDouble(row);
  }

  /**
   * What a run was made with.
   *
   * @throws IllegalArgumentException if there is no such run, or its settings are none
   */
  public Experiment experiment(int run) {
    Table table = table();
    int row = row(table, run);
    Experiment experiment = Experiment.chapter7();
    for (String name : Experiment.SETTINGS) {
      String value = LedgerTable.cell(table.column(name), row);
      experiment = value.isEmpty() ? experiment : experiment.with(name, value);
    }
    return experiment;
  }

  /**
   * A run's curves.
   *
   * @throws IllegalArgumentException if there is no such run
   * @throws UncheckedIOException if their file is damaged; where it is gone, all are empty
   */
  public Curves curves(int run) {
    Path path = io(() -> GivenFile.path("Ledger", curves(folder, run)));
    if (!Files.exists(path)) {
      row(table(), run); // says so if there is none
    }
    return io(() -> Curves.read(path.toString()));
  }

  /** The curves of the last run that learned from these images; empty ones if there is none. */
  public Curves last(Samples samples) {
    Table table = table();
    Table same = table.where(table.stringColumn("data check").isEqualTo(samples.checksum()));
    return same.isEmpty() ? Curves.NONE : curves(same.intColumn("run").get(same.rowCount() - 1));
  }

  /**
   * A run that has not begun and will give the same numbers again, bit by bit, where {@link
   * #differences} has nothing to say.
   *
   * @throws UncheckedIOException if its data are not where they were
   * @throws IllegalArgumentException if they are others now
   */
  public TrainingRun rerun(int run) {
    Table table = table();
    String data = table.stringColumn("data").get(row(table, run));
    return rerun(run, io(() -> Samples.load(data)));
  }

  /** The same with data that lie elsewhere now, however they are divided. */
  public TrainingRun rerun(int run, Samples data) {
    Table table = table();
    int row = row(table, run);
    int images = table.intColumn("images").get(row);
    Samples samples = data.divided(images, table.intColumn("validation").get(row));
    String check = table.stringColumn("data check").get(row);
    if (!samples.checksum().equals(check)) {
      throw new IllegalArgumentException(
          "Ledger: the images in %s are not those of run %s, whose checksum is %s, theirs %s"
              .formatted(samples.folder(), run, check, samples.checksum()));
    }
    return experiment(run).newRun(samples);
  }

  /**
   * Why a rerun may differ in the last digits: the library, JDK or vector width is another.
   *
   * @return empty if it may not
   */
  public String differences(int run) {
    Table table = table();
    int row = row(table, run);
    List<String> differences = new ArrayList<>();
    differs("library", table.stringColumn("library").get(row), Library.version(), differences);
    // The number of threads changes nothing.
    String then = table.stringColumn("machine").get(row).replaceAll(", threads \\d+$", "");
    differs("machine", then, Engine.machine().replaceAll(", threads \\d+$", ""), differences);
    return String.join("; ", differences);
  }

  private static void differs(String what, String then, String now, List<String> differences) {
    if (!then.equals(now)) {
      differences.add("%s %s -> %s".formatted(what, then, now));
    }
  }
}
