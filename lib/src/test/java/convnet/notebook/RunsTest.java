package convnet.notebook;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.lab.Curves;
import convnet.lab.Experiment;
import convnet.lab.Ledger;
import convnet.lab.Samples;
import convnet.lab.Sweep;
import convnet.testing.Fonts;
import convnet.testing.TinyMnist;
import convnet.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;

/** The pictures of a ledger. */
class RunsTest {
  @TempDir Path folder;

  private Ledger ledger() throws IOException {
    Samples samples = Samples.of("tiny", TinyMnist.load(103, 31));
    Experiment small = Experiment.of(TinyMnist.config().withEpochs(30));
    Ledger ledger = new Ledger(folder.toString());
    new Sweep(
            List.of(
                small,
                small.with("seed", 1),
                small.with("optimizer", "SGD").with("learning rate", 1e30)),
            samples,
            ledger)
        .run(s -> {});
    return ledger;
  }

  @Test
  void aRunStandsInFrontOfTheOneBefore() throws IOException {
    Fonts.needed();
    Ledger ledger = ledger();
    String alone = Described.of(Runs.picture(ledger, 1));
    assertTrue(alone.contains("run 1 from") && !alone.contains("run 2"), alone);
    String both = Described.of(Runs.picture(ledger, 2));
    assertTrue(both.contains("run 1 from") && both.contains("run 2 from"), both);
    assertEquals(2080, Runs.picture(ledger, 3).getWidth(), "a run that diverged");
    String chosen = Described.of(Runs.picture(ledger, 2, List.of(3)));
    assertTrue(chosen.contains("run 3") && !chosen.contains("run 1"), chosen);
    refused("Ledger: there is no run 9 among its 3 rows", () -> Runs.picture(ledger, 9));
  }

  @Test
  void theRunBeforeStandsGreyBehindOneUnderWay() throws IOException {
    Fonts.needed();
    Ledger ledger = ledger();
    Samples samples = Samples.of("tiny", TinyMnist.load(103, 31));
    TrainingRun run = Experiment.of(TinyMnist.config().withEpochs(20)).newRun(samples);
    String alone = Described.of(Progress.picture(run));
    assertTrue(!alone.contains("before"), alone);
    assertEquals(0, ledger.last(samples.withImages(50)).losses().length, "other images");
    assertEquals(0, new Ledger(folder + "/none").last(samples).losses().length, "no ledger");
    Curves before = ledger.curves(2);
    String behind = Described.of(Progress.picture(run, before));
    assertTrue(
        behind.contains("grey: the run before") && behind.contains("test images, run before"),
        behind);
    XYChart loss = Charts.loss(new float[] {1}, 10, before);
    XYChart accuracy = Charts.accuracy(List.of(), 0, before);
    assertEquals(
        List.of("run before", "loss"),
        (loss.getSeriesCollection().stream().map(s -> s.getName()).toList()));
    XYSeries line = accuracy.getSeries("test images, run before");
    assertEquals(31, line.getXData().length); // before the first epoch and after each of thirty
    assertEquals(30, line.getXData()[30]);
    assertEquals(before.judged()[30], line.getYData()[30], 1e-6);
    Curves diverged = ledger.last(samples);
    assertTrue(diverged.losses().length < 10, "run 3 came last");
    assertEquals(2080, Progress.picture(run, diverged).getWidth());
  }

  @Test
  void runsAreOverlaidAtTheirUpdates() throws IOException {
    Ledger ledger = ledger();
    XYChart chart = Runs.overlaid(ledger, List.of(2, 1));
    assertEquals(
        List.of("run 2", "run 1"),
        (chart.getSeriesCollection().stream().map(s -> s.getName()).toList()));
    double[] x = chart.getSeries("run 1").getXData();
    double[] y = chart.getSeries("run 1").getYData();
    float[] losses = ledger.curves(1).losses();
    assertEquals(150, losses.length);
    assertEquals(100, x.length);
    assertEquals(0.75, x[0]);
    assertEquals(149.25, x[99]);
    assertEquals(losses[0], y[0]); // of the first 1.5 updates the first, then two
    assertEquals((losses[1] + losses[2]) / 2, y[1], 1e-6);
    refused("Runs: expected 1 to 6 runs, got 0", () -> Runs.overlaid(ledger, List.of()));
  }

  @Test
  void aTableHasACurveInEachRow() throws IOException {
    Ledger ledger = ledger();
    String html = Runs.board(ledger, ledger.table(List.of(2, 3)).selectColumns("run", "network"));
    assertEquals(3, html.split("<svg").length);
    assertTrue(html.contains("<td>conv 2 3x3, relu, pool 2, affine 5, relu, affine 10</td>"), html);
    float[] losses = ledger.curves(2).losses();
    assertTrue(html.contains("aria-label=\"loss from " + losses[0] + " to "), html);
    assertEquals(1, Tables.html(ledger.table()).split("<svg").length);
  }

  @Test
  void dotsHaveAMeanWithItsInterval() {
    Map<String, double[]> groups = new LinkedHashMap<>();
    groups.put("a", new double[] {1, 2, 3, Double.NaN});
    groups.put("b", new double[] {5});
    XYChart chart = Dots.columns("title", "y", groups);
    assertArrayEquals(new double[] {1, 2, 3}, chart.getSeries("a").getYData());
    assertArrayEquals(new double[] {1, 1, 1}, chart.getSeries("a").getXData());
    var mean = chart.getSeries("mean of a");
    assertEquals(2, mean.getYData()[0]);
    assertEquals(4.302653 / Math.sqrt(3), mean.getExtraValues()[0], 1e-6); // Student's t, 2 degrees
    assertEquals(0, chart.getSeries("mean of b").getExtraValues()[0]);
    assertEquals(0, Dots.halfInterval(new SummaryStatistics()));
    var labels = chart.getStyler().getXAxisTickLabelsFormattingFunction();
    assertEquals("a", labels.apply(1.0));
    assertEquals("b", labels.apply(2.0));
    assertEquals("", (labels.apply(1.5) + labels.apply(0.0)).replace('\u00a0', ' ').strip());
    refused("Dots: expected one group or more, got none", () -> Dots.columns("", "", Map.of()));
    refused(
        "Dots: a has no numbers",
        () -> Dots.columns("", "", Map.of("a", new double[] {Double.NaN})));
  }

  /** Any number of groups, and names of any length: XChart finds places for their labels. */
  @Test
  void groupsAreDrawnHoweverManyAndWhateverTheirNames() {
    Fonts.needed();
    for (int n : new int[] {1, 2, 3, 5, 8, 13, 30}) {
      Map<String, double[]> groups = new LinkedHashMap<>();
      for (int g = 0; g < n; g++) {
        groups.put(g + " conv 16 5x5, relu, pool 2".substring(0, 5 + g % 20), new double[] {g, 1});
      }
      assertTimeoutPreemptively(
          Duration.ofMinutes(5),
          () -> assertEquals(1040, Charts.picture(Dots.columns("t", "y", groups)).getWidth()));
    }
    for (double[] values :
        new double[][] {
          {0.9}, {0.9, 0.9}, {0.9, 0.9 + 1 / 6e4}, {1, 1 + 1e-9}, {0}, {-1 / 3.0, 2 / 3.0}
        }) {
      assertTimeoutPreemptively(
          Duration.ofMinutes(5),
          () -> {
            Charts.picture(Dots.columns("t", "y", Map.of("a", values)));
            Charts.picture(Dots.sequence(values));
            double[] positive = DoubleStream.of(values).map(v -> Math.abs(v) + 0.1).toArray();
            Charts.picture(Dots.row("t", "x", positive, Map.of("mine", 1 / 3.0)));
          });
    }
  }

  @Test
  void manyDotsStandAboveEachOtherWhereTheyWouldCover() {
    double[] values = {1, 10, 1.001, 1.002, 50};
    XYChart chart = Dots.row("title", "x", values, Map.of("mine", 2.0));
    assertArrayEquals(new double[] {1, 2, 3, 1, 1}, chart.getSeries("5 seeds").getYData());
    assertArrayEquals(new double[] {2, 2}, chart.getSeries("mine").getXData());
  }
}
