package convnet.lab;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.data.Mnist;
import convnet.net.ConvNetConfig;
import convnet.testing.Jvm;
import convnet.testing.TinyMnist;
import convnet.train.History;
import convnet.train.Trainer;
import convnet.train.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

/** Experiments, the ledger they are written into, sweeps and searches, comparisons. */
class LaboratoryTest {
  private static final ConvNetConfig CONFIG = TinyMnist.config().withEpochs(2);
  private static final Experiment SMALL = Experiment.of(CONFIG);

  @TempDir Path folder;
  private Samples samples;
  private Ledger ledger;
  private Path file;

  @BeforeEach
  void prepare() throws IOException {
    Path data = Files.createDirectory(folder.resolve("tiny, \"data\""));
    TinyMnist.write(data, 123, 31);
    samples = Samples.load(data.toString()).withImages(103);
    file = folder.resolve("mine/ledger.csv");
    ledger = new Ledger(folder.resolve("mine").toString());
  }

  @AfterEach
  void clear() {
    Thread.interrupted();
  }

  private static List<Experiment> three() {
    return List.of(
        SMALL,
        SMALL.with("network", "conv 3 3x3, relu, pool 2, affine 10").with("optimizer", "Adam"),
        SMALL.with("learning rate", 0.01).with("optimizer", "SGD"));
  }

  private Sweep sweep() {
    return new Sweep(three(), samples, ledger);
  }

  /** Without the columns that differ from run to run: the time of day and the seconds. */
  private String rows() {
    Table table = ledger.table();
    table.removeColumns("finished", "seconds");
    return table.printAll();
  }

  @Test
  void oneExperimentOneRowAndItsCurves() throws IOException {
    int[] reports = {0};
    Sweep sweep = sweep();
    assertEquals(0, sweep.fraction());
    sweep.run(s -> reports[0]++);
    assertEquals(3, sweep.done());
    assertEquals(1, sweep.fraction());
    assertEquals(0, sweep.secondsLeft());
    assertTrue(reports[0] >= 3);
    assertEquals(List.of(1, 2, 3), sweep.runs());
    Table table = ledger.table();
    assertEquals(Ledger.COLUMNS, table.columnNames());
    assertEquals(3, table.rowCount());
    assertEquals("Adam", table.stringColumn("optimizer").get(1));
    assertEquals("conv 3 3x3, relu, pool 2, affine 10", table.stringColumn("network").get(1));
    assertEquals(103, table.intColumn("images").get(1));
    assertTrue(table.doubleColumn("momentum").isMissing(1));
    assertTrue(table.doubleColumn("validation accuracy").isMissing(1));
    TrainingRun again = three().get(1).newRun(samples).train();
    History.Epoch last = again.history().last();
    assertEquals((float) last.loss(), (float) table.doubleColumn("loss").getDouble(1));
    assertEquals(last.testAccuracy(), table.doubleColumn("test accuracy").getDouble(1), 5e-7);
    Curves curves = ledger.curves(2);
    assertArrayEquals(again.history().losses(), curves.losses());
    assertArrayEquals(new float[] {0, 5, 10}, curves.epochs());
    assertEquals(last.trainAccuracy(), curves.train()[2], 1e-6);
    assertEquals(last.testAccuracy(), curves.judged()[2], 1e-6);
    double right = IntStream.range(0, 31).mapToDouble(i -> curves.right()[i]).sum();
    assertEquals(last.testAccuracy(), right / curves.right().length, 1e-6);
    try (var files = Files.list(folder.resolve("mine/curves"))) {
      assertEquals(3, files.count());
    }
  }

  @Test
  void aRunComesBackBitByBit() {
    Experiment rich =
        SMALL
            .with(
                "network",
                "conv 4 3x3 pad 1, relu, average 2, affine 9, relu, dropout 0.5, affine 10")
            .with("weights", "He")
            .with("optimizer", "Momentum")
            .with("learning rate", 0.013)
            .with("momentum", 0.8)
            .with("weight decay", 1e-4)
            .with("schedule", "x 0.5 every 1 epochs")
            .with("batch size", 17)
            .with("epochs", 3)
            .with("seed", -7)
            .with("recorded loss", "after update");
    Samples validated = samples.withImages(60).withValidation(40);
    TrainingRun run = rich.newRun(validated).train();
    int number = ledger.append(rich, run, validated);
    assertEquals(rich, ledger.experiment(number));
    assertEquals("", ledger.differences(number));
    TrainingRun again = ledger.rerun(number).train();
    assertArrayEquals(run.history().losses(), again.history().losses());
    run.trainer()
        .network()
        .params()
        .forEach(
            (name, p) ->
                assertArrayEquals(p.array(), again.trainer().network().params().get(name).array()));
    assertEquals(3, again.trainer().optimizer().lr() / 0.013 * 12, 1e-4); // a quarter of it
    int tested = ledger.test(rich, again, validated);
    Table table = ledger.table();
    assertTrue(table.doubleColumn("test accuracy").isMissing(0));
    assertEquals(
        Predictions.of(again.trainer().network(), samples.test()).accuracy(),
        table.doubleColumn("test accuracy").getDouble(tested - 1),
        5e-7);
    assertEquals(
        table.doubleColumn("validation accuracy").get(0),
        table.doubleColumn("validation accuracy").get(1));
  }

  @Test
  void aRerunNamesWhatIsAnotherNow() throws IOException {
    sweep().run(s -> {});
    String text = Files.readString(file);
    String library = Library.version();
    Files.writeString(
        file, text.replaceFirst(library, "00000000").replaceAll("JDK [^,]*,", "JDK 9.0.4,"));
    String machine = convnet.engine.Engine.machine().replaceAll(", threads \\d+$", "");
    assertEquals(
        "library 00000000 -> %s; machine %s -> %s"
            .formatted(library, machine.replaceAll("JDK [^,]*,", "JDK 9.0.4,"), machine),
        ledger.differences(1));
    refused("Ledger: there is no run 4 among its 3 rows", () -> ledger.rerun(4));
    TrainingRun moved = ledger.rerun(1, samples.withImages(5).withValidation(20)).train();
    assertArrayEquals(ledger.curves(1).losses(), moved.history().losses());
    TinyMnist.write(Path.of(samples.folder()), 122, 31);
    Samples others = Samples.load(samples.folder()).withImages(103);
    refused(
        "Ledger: the images in %s are not those of run 1, whose checksum is %s, theirs %s"
            .formatted(samples.folder(), samples.checksum(), others.checksum()),
        () -> ledger.rerun(1));
  }

  @Test
  void anInterruptedSweepLeavesNoHalfRowAndGoesOnWithTheSameResult() throws IOException {
    sweep().run(s -> {});
    String whole = rows();
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
    assertEquals(1, ledger.table().rowCount());
    stopped.run(s -> {});
    assertEquals(whole, rows());
  }

  /** After a restart, in another order and with another experiment between. */
  @Test
  void aSweepSkipsWhatTheLedgerHolds() {
    sweep().run(s -> {});
    String before = rows();
    Sweep again = sweep();
    assertEquals(3, again.done());
    assertEquals(1, again.fraction());
    again.run(s -> {});
    assertEquals(before, rows());
    Experiment other = SMALL.with("seed", 9);
    Sweep more =
        new Sweep(List.of(three().get(2), other, SMALL, other, three().get(1)), samples, ledger);
    assertEquals(3, more.done());
    assertEquals(
        2, IntStream.range(0, 5).filter(i -> more.accuracies()[i] != more.accuracies()[i]).count());
    more.run(s -> {});
    assertEquals(List.of(3, 4, 1, 4, 2), more.runs());
    assertEquals(4, ledger.table().rowCount());
    assertEquals(0, new Sweep(three(), samples.withImages(90), ledger).done());
    assertEquals(0, new Sweep(three(), samples.withValidation(20), ledger).done());
  }

  @Test
  void aDivergedTrainingIsARowToo() {
    Experiment wild = SMALL.with("learning rate", 1e30).with("optimizer", "SGD");
    Sweep sweep = new Sweep(List.of(wild, SMALL), samples, ledger).run(s -> {});
    assertEquals(2, sweep.done());
    Table table = ledger.table();
    for (String name : List.of("loss", "train accuracy", "test accuracy")) {
      assertTrue(table.column(name).isMissing(0), name);
      assertFalse(table.column(name).isMissing(1), name);
    }
    assertEquals(0, ledger.curves(1).right().length);
    assertEquals(
        "Run 2 beside run 1: optimizer SGD -> AdaGrad, learning rate 1.0E30 -> 0.06, all else equal."
            + " One of them diverged or has lost its answers, so there is nothing to compare.",
        new Comparison(ledger, 1, 2).text());
    assertEquals(wild, ledger.experiment(1));
  }

  @Test
  void aComparisonSaysWhatChangedAndHowFarItMayBeChance() throws IOException {
    append();
    assertNull(Comparison.withTheOneBefore(ledger, 1));
    Experiment other =
        SMALL
            .with("network", "conv 3 3x3, relu, pool 2, affine 5, relu, affine 10")
            .with("seed", 1);
    ledger.append(other, other.newRun(samples).train(), samples);
    Samples fewer = samples.withImages(50);
    ledger.append(other, other.newRun(fewer).train(), fewer);
    assertNull(Comparison.withTheOneBefore(ledger, 3), "others judged, or taught it");
    refused(
        "Comparison: runs 1 and 3 learned from other images or were judged by others; compare runs of"
            + " the same data, divided alike",
        () -> new Comparison(ledger, 1, 3));
    append();
    Comparison comparison = Comparison.withTheOneBefore(ledger, 4);
    assertEquals(2, comparison.before());
    assertEquals("conv 3 3x3 -> conv 2 3x3, seed 1 -> 0", comparison.changes());
    assertEquals("", new Comparison(ledger, 1, 4).changes());
    assertEquals(1, new Comparison(ledger, 1, 4).chance());
    write(1, "0".repeat(12) + "1".repeat(3) + "1".repeat(16)); // as if
    write(2, "1".repeat(12) + "0".repeat(3) + "1".repeat(16));
    comparison = new Comparison(ledger, 1, 2);
    assertEquals(12, comparison.gained());
    assertEquals(3, comparison.lost());
    // 2 (C(15,0) + C(15,1) + C(15,2) + C(15,3)) / 2^15 = 2 (1 + 15 + 105 + 455) / 32768
    assertEquals(1152.0 / 32768, comparison.chance(), 1e-12);
    assertEquals(
        "Run 2 beside run 1: conv 2 3x3 -> conv 3 3x3, seed 0 -> 1, all else equal. Of 31 images 12"
            + " became right and 3 wrong: +29.03 %; chance alone does as much in 4 of 100 cases.",
        comparison.text());
    write(2, "1".repeat(12) + "1".repeat(19));
    assertTrue(
        new Comparison(ledger, 1, 2)
            .text()
            .endsWith("+38.71 %; chance alone does as much in 5 of" + " 10,000 cases."),
        new Comparison(ledger, 1, 2).text());
  }

  private void write(int run, String right) throws IOException {
    float[] flags = new float[right.length()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = right.charAt(i) - '0';
    }
    float[] none = {};
    String curves = folder.resolve("mine/curves/" + run + ".npz").toString();
    new Curves(none, none, none, none, flags).write(curves);
  }

  @Test
  void aSearchDrawsTheSameAgain() {
    Search search =
        new Search(SMALL)
            .logarithmic("learning rate", 1e-4, 1e-1)
            .oneOf("optimizer", "SGD", "Adam")
            .oneOf("batch size", 10, 20);
    List<Experiment> twenty = search.experiments(20, 5);
    assertEquals(twenty.subList(0, 8), search.experiments(8, 5));
    assertFalse(twenty.equals(search.experiments(20, 6)));
    double[] rates = twenty.stream().mapToDouble(e -> e.number("learning rate")).toArray();
    int[] decades = new int[3];
    for (double rate :
        search.experiments(3000, 1).stream()
            .mapToDouble(e -> e.number("learning rate"))
            .toArray()) {
      assertTrue(rate >= 1e-4 && rate <= 1e-1, "" + rate);
      decades[(int) Math.min(2, Math.floor(Math.log10(rate) + 4))]++;
    }
    for (int count : decades) {
      assertEquals(1000, count, 130); // the deviation is 26
    }
    assertEquals(20, rates.length);
    assertEquals(
        2, twenty.stream().map(e -> e.get("optimizer")).collect(Collectors.toSet()).size());
    refused(
        "Search: weight decay needs a range above 0 that goes up, got 0.0 to 1.0",
        () -> search.logarithmic("weight decay", 0, 1));
    refused(
        "batch size: expected a whole number of 1 or more, got \"0.1\"",
        () -> search.logarithmic("batch size", 0.1, 1));
    refused("Search: expected one value or more for seed, got none", () -> search.oneOf("seed"));
  }

  /** A new run each time: of one that is written already there is no second row. */
  private int append() {
    return ledger.append(SMALL, SMALL.newRun(samples).train(), samples);
  }

  @Test
  void aRunIsWrittenOnce() {
    TrainingRun run = SMALL.newRun(samples).train();
    assertEquals(1, ledger.append(SMALL, run, samples));
    assertEquals(1, new Ledger(folder + "/mine").append(SMALL, run, samples));
    assertEquals(2, append());
    assertEquals(1, new Ledger(folder + "/other").append(SMALL, run, samples));
    assertEquals(2, ledger.table().rowCount());
  }

  @Test
  void goesOnBehindASpreadsheetsLineEnds() throws IOException {
    append();
    Files.writeString(file, Files.readString(file).replace("\n", "\r\n"));
    assertEquals(2, append());
    assertEquals(2, ledger.table().rowCount());
  }

  @Test
  void curvesThatAreGoneTakeNothingElseWithThem() throws IOException {
    append();
    Files.delete(folder.resolve("mine/curves/1.npz"));
    assertEquals(2, append());
    assertEquals(0, ledger.curves(1).losses().length);
    assertEquals(
        "Run 2 beside run 1: nothing changed. One of them diverged or has lost its answers, so there"
            + " is nothing to compare.",
        Comparison.text(ledger, 2));
  }

  @Test
  void aFolderThatCannotBeMadeIsNamed() throws IOException {
    Files.writeString(folder.resolve("mine"), "a file");
    refused(
        UncheckedIOException.class,
        "Ledger: the folder %s cannot be made: a file is in its place, or you may not write there; "
                .formatted(folder.resolve("mine/curves"))
            + "choose another, in a notebook by starting with CONVNET_EXPERIMENTS=folder",
        this::append);
  }

  /** Sorted by a spreadsheet, some rows deleted: a number is never given twice. */
  @Test
  void numbersGoOnAboveTheLargest() throws IOException {
    for (int i = 1; i <= 3; i++) {
      assertEquals(i, append());
    }
    List<String> lines = Files.readAllLines(file);
    Files.write(file, List.of(lines.get(0), lines.get(3), lines.get(1)));
    assertEquals(4, append());
    assertEquals(List.of(3, 1, 4), ledger.table().intColumn("run").asList());
    refused("Ledger: there is no run 2 among its 3 rows", () -> ledger.experiment(2));
  }

  @Test
  void refusesWhatIsNoLedgerAndLeavesItAsItWas() throws IOException {
    append();
    for (String content :
        new String[] {"a,b\n1,2\n", String.join(",", Ledger.COLUMNS) + "\nhalf"}) {
      Files.writeString(file, content);
      UncheckedIOException e = assertThrows(UncheckedIOException.class, this::append);
      assertEquals(
          content.startsWith("a")
              ? "Ledger: column 1 of %s is \"a\", expected \"run\"; mend its first line or"
                      .formatted(file)
                  + " choose another folder"
              : "Ledger: the last row of %s is cut off, expected a line's end; complete the row or"
                      .formatted(file)
                  + " delete it",
          e.getMessage());
      assertEquals(content, Files.readString(file));
    }
    try (var files = Files.list(folder.resolve("mine"))) {
      assertEquals(
          List.of("curves", "ledger.csv"), files.map(f -> "" + f.getFileName()).sorted().toList());
    }
  }

  /** What a sweep cannot do it says before it trains, and by which experiment. */
  @Test
  void aSweepLooksAtEverythingFirst() throws IOException {
    List<Experiment> one = List.of(SMALL, SMALL.with("batch size", 1000));
    refused(
        "Sweep: experiment 2 of 2, conv 2 3x3, relu, pool 2, affine 5, relu, affine 10; weights 0.01;"
            + " AdaGrad 0.06; batch 1000; seed 0: Trainer: expected a batch size from 1 to the 103"
            + " training images, got 1000",
        () -> new Sweep(one, samples, ledger));
    refused(
        "Sweep: expected one experiment or more, got none",
        () -> new Sweep(List.of(), samples, ledger));
    assertFalse(Files.exists(file));
    assertEquals(0, ledger.table().rowCount());
    Files.createDirectory(file.getParent());
    Files.writeString(file, "a,b\n");
    refused(
        UncheckedIOException.class,
        "Ledger: column 1 of %s is \"a\", expected \"run\"; mend its first line or choose"
                .formatted(file)
            + " another folder",
        this::sweep);
  }

  /** Appends rows to a ledger, in a Java of its own. */
  static final class Appending {
    public static void main(String[] args) throws IOException {
      Experiment experiment = SMALL.with("seed", args[1]);
      Samples samples = Samples.load(args[2]);
      for (int i = 0; i < 40; i++) {
        new Ledger(args[0]).append(experiment, experiment.newRun(samples).train(), samples);
      }
      System.out.println("done");
    }
  }

  @Test
  void twoProcessesLoseNoRow() throws Exception {
    List<String> flags = List.of("-Xmx64m", "-Dconvnet.engine=plain");
    String mine = folder.resolve("mine").toString();
    Process a = Jvm.start(flags, Appending.class, mine, "1", samples.folder());
    Process b = Jvm.start(flags, Appending.class, mine, "2", samples.folder());
    assertTrue(Jvm.output(a).endsWith("done"));
    assertTrue(Jvm.output(b).endsWith("done"));
    Table table = ledger.table();
    assertEquals(IntStream.rangeClosed(1, 80).boxed().toList(), table.intColumn("run").asList());
    for (int run = 1; run <= 80; run++) {
      assertEquals(
          ledger.curves(run).losses()[11],
          (float) table.doubleColumn("loss").getDouble(run - 1),
          "the curves of row " + run + " are its own");
    }
    assertEquals(2, table.longColumn("seed").unique().size());
  }

  @Test
  void refusesARunThatIsNotTheExperiments() throws IOException {
    refused(
        "Ledger: the run stands at update 0 of 10; only what has ended is written down",
        () -> ledger.append(SMALL, SMALL.newRun(samples), samples));
    TrainingRun run = SMALL.newRun(samples).train();
    String again = "; train again after a change";
    refused(
        "Ledger: the run was made with batch size 20, this experiment says 10" + again,
        () -> ledger.append(SMALL.with("batch size", 10), run, samples));
    refused(
        "Ledger: the run was made with W1 (2, 1, 3, 3), this experiment says (3, 1, 3, 3)" + again,
        () -> ledger.append(Experiment.of(CONFIG.withFilters(3)), run, samples));
    refused(
        "Ledger: the run was made with images that judge 31, this experiment says 20" + again,
        () -> ledger.append(SMALL, run, samples.withValidation(20)));
    Mnist mnist = Mnist.load(samples.folder());
    TrainingRun chapter = Trainer.of(CONFIG, samples.train(), mnist.test()).newRun().train();
    assertFalse(Files.exists(file));
    assertEquals(1, ledger.append(SMALL, chapter, samples));
    assertEquals("after update", ledger.experiment(1).get("recorded loss"));
  }

  @Test
  void samplesAreDividedHonestly() throws IOException {
    Samples all = Samples.load(samples.folder());
    assertEquals(123, all.train().size());
    assertEquals(31, all.judge().size());
    Samples validated = all.withValidation(23);
    assertEquals(100, validated.train().size());
    assertEquals(23, validated.judge().size());
    for (int i = 0; i < 23; i++) {
      assertEquals(all.train().label(100 + i), validated.judge().label(i));
    }
    assertEquals(all.checksum(), validated.withValidation(0).checksum());
    assertEquals(40, validated.withImages(40).train().size());
    assertEquals(23, validated.withImages(40).judge().size());
    assertFalse(validated.checksum().equals(all.checksum()));
    refused(
        "Samples: expected 1 image or more to learn from and 0 or more for validation, 123 in all,"
            + " got 101 and 23; take fewer",
        () -> validated.withImages(101));
    refused(
        "Samples: expected 1 image or more to learn from and 0 or more for validation, 123 in all,"
            + " got 0 and 123; take fewer",
        () -> all.withValidation(123));
  }

  @Test
  void settingsAreCheckedByName() {
    String[][] wrong = {
      {
        "learning rat",
        "1",
        "Experiment: there is no setting \"learning rat\", expected one of "
            + String.join(", ", Experiment.SETTINGS)
      },
      {"weights", "he", "weights: expected a number above 0, He or Xavier, got \"he\""},
      {"weights", "0", "weights: expected a number above 0, He or Xavier, got \"0\""},
      {"optimizer", "adam", "optimizer: expected SGD, Momentum, AdaGrad, Adam, got \"adam\""},
      {"learning rate", "0", "learning rate: expected a number above 0, got \"0\""},
      {"learning rate", "NaN", "learning rate: expected a number above 0, got \"NaN\""},
      {"learning rate", "1e-60", "learning rate: expected a number above 0, got \"1e-60\""},
      {"momentum", "1", "momentum: expected a number of 0 or more and below 1, got \"1\""},
      {"weight decay", "-1", "weight decay: expected a number of 0 or more, got \"-1\""},
      {
        "schedule",
        "x 0.5",
        "schedule: expected constant, cosine, or such as x 0.5 every 2 epochs, got" + " \"x 0.5\""
      },
      {"batch size", "0", "batch size: expected a whole number of 1 or more, got \"0\""},
      {"epochs", "1.5", "epochs: expected a whole number of 1 or more, got \"1.5\""},
      {"seed", "one", "seed: expected a whole number, got \"one\""},
      {"recorded loss", "", "recorded loss: expected before update, after update, got \"\""},
    };
    for (String[] row : wrong) {
      refused(row[2], () -> SMALL.with(row[0], row[1]));
    }
    assertEquals(
        "conv 2 3x3, relu, pool 2, affine 5, relu, affine 10; weights 0.01; AdaGrad 0.06; batch 20;"
            + " seed 0",
        SMALL.toString());
    assertEquals(
        "affine 10; weights He; Momentum 0.1, momentum 0.5, decay 0.001, cosine; batch 20; seed 2",
        SMALL
            .with("network", "affine 10")
            .with("weights", "He")
            .with("optimizer", "Momentum")
            .with("learning rate", ".1")
            .with("momentum", "0.5")
            .with("weight decay", "1e-3")
            .with("schedule", "cosine")
            .with("seed", 2)
            .toString());
    assertEquals(SMALL, SMALL.with("momentum", 0.5), "AdaGrad has none");
    assertEquals(
        "conv 2 3x3, relu, pool 2, affine 5, relu -> none",
        SMALL.with("network", "affine 10").changesFrom(SMALL));
    assertEquals(
        "none -> dropout 0.5, seed 0 -> 1",
        SMALL
            .with("network", "conv 2 3x3, relu, pool 2, affine 5, relu, dropout 0.5, affine 10")
            .with("seed", 1)
            .changesFrom(SMALL));
    assertEquals(
        "optimizer AdaGrad -> Momentum, momentum none -> 0.9",
        SMALL.with("optimizer", "Momentum").changesFrom(SMALL));
  }

  @Test
  void filtersThatNeverAnswerAreCounted() {
    assertEquals(2, LivingFilters.count(SMALL.network(samples), samples.judge()));
    var network = SMALL.network(samples);
    network.params().get("b1").set(-100, 1);
    assertEquals(1, LivingFilters.count(network, samples.judge()));
    assertEquals(
        -1,
        LivingFilters.count(SMALL.with("network", "affine 10").network(samples), samples.judge()));
  }

  /**
   * What data/README.md says of data/experiments: every seed that was fixed before is there, once.
   */
  @Test
  void theStoredLedgerIsWhole() {
    Ledger stored = new Ledger(TinyMnist.real().resolveSibling("experiments").toString());
    Table table = stored.table();
    List<String> networks = table.stringColumn("network").asList().stream().distinct().toList();
    assertEquals(Experiment.chapter7().get("network"), networks.get(0));
    assertEquals(3, networks.size());
    int[] seeds = {100, 5, 5};
    for (int i = 0; i < 3; i++) {
      Table rows = table.where(table.stringColumn("network").isEqualTo(networks.get(i)));
      assertEquals(
          LongStream.range(0, seeds[i]).boxed().toList(), rows.longColumn("seed").asList());
      assertEquals(0, rows.doubleColumn("test accuracy").countMissing());
    }
    for (int run = 106; run <= 110; run++) { // the deep network's curves are kept
      float[] judged = stored.curves(run).judged();
      double test = table.doubleColumn("test accuracy").getDouble(run - 1);
      assertEquals(test, judged[judged.length - 1], 1e-6);
    }
  }

  /** What a year of experiments leaves is there at once; how fast is measured elsewhere. */
  @Test
  void tenThousandRowsAreRead() throws IOException {
    append();
    String[] lines = Files.readString(file).split("\n");
    StringBuilder text = new StringBuilder(lines[0]).append("\n");
    for (int i = 1; i <= 10_000; i++) {
      text.append(i).append(lines[1].substring(1)).append("\n");
    }
    Files.writeString(file, text);
    assertEquals(10_000, ledger.table().rowCount());
    assertEquals(10_001, append());
  }
}
