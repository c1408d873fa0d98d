package convnet.notebook;

import convnet.lab.Comparison;
import convnet.lab.Curves;
import convnet.lab.Ledger;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/** The runs of a ledger as pictures: one in front of another, many overlaid, a table of curves. */
public final class Runs {
  private static final int POINTS = 100; // of a line: more would be noise
  private static final Color GREY = new Color(0x999999);

  private Runs() {}

  /** A run, and grey behind it the last one before it that the same images judged. */
  public static BufferedImage picture(Ledger ledger, int run) {
    Comparison comparison = Comparison.withTheOneBefore(ledger, run);
    return comparison == null
        ? draw(ledger, List.of(run), run)
        : draw(ledger, List.of(comparison.before(), run), run);
  }

  /** A run, and grey behind it some others. */
  public static BufferedImage picture(Ledger ledger, int run, List<Integer> behind) {
    List<Integer> all = new ArrayList<>(behind);
    all.add(run);
    return draw(ledger, all, run);
  }

  private static BufferedImage draw(Ledger ledger, List<Integer> runs, int front) {
    XYChart loss = Charts.empty("loss, mean of some updates each", "update", "loss");
    XYChart accuracy = Charts.empty("accuracy of the images that judge", "update", "accuracy");
    loss.getStyler().setYAxisMin(0.0).setYAxisMax(2.5).setXAxisMin(0.0);
    accuracy.getStyler().setXAxisMin(0.0).setYAxisMax(1.0).setYAxisDecimalPattern("0.##");
    double least = 0.95; // of what was reached; the accuracies before training lie below the chart
    for (int run : runs) {
      Curves curves = ledger.curves(run);
      String name = "run " + run;
      add(loss, name, places(curves.losses()), doubles(means(curves.losses())), run == front);
      XYSeries line =
          add(accuracy, name, doubles(curves.epochs()), doubles(curves.judged()), run == front);
      line.setMarker(SeriesMarkers.CIRCLE).setMarkerColor(run == front ? Charts.BLUE : GREY);
      for (int i = 1; i < curves.judged().length; i++) {
        least = Math.min(least, curves.judged()[i]);
      }
    }
    accuracy.getStyler().setYAxisMin(Math.floor(20 * least) / 20);
    return Charts.picture(loss, accuracy);
  }

  /** The run before in the loss of one under way, which is drawn after it. */
  static void addLossBefore(XYChart chart, Curves before) {
    if (before.losses().length > 0) {
      add(chart, "run before", places(before.losses()), doubles(means(before.losses())), false);
      chart.setTitle(chart.getTitle() + "; grey: the run before");
    }
  }

  /** The same in the accuracies, epoch by epoch. */
  static void addAccuracyBefore(XYChart chart, Curves before) {
    float[] judged = before.judged();
    if (judged.length > 0) {
      double[] epochs = IntStream.range(0, judged.length).asDoubleStream().toArray();
      add(chart, "test images, run before", epochs, doubles(judged), false);
    }
  }

  private static XYSeries add(XYChart chart, String name, double[] x, double[] y, boolean front) {
    boolean none = x.length == 0; // it diverged at once
    XYSeries line =
        none
            ? chart.addSeries(name, new double[] {0, 1}, new double[] {Double.NaN, Double.NaN})
            : chart.addSeries(name, x, y);
    line.setMarker(SeriesMarkers.NONE);
    line.setLineColor(front ? Charts.BLUE : GREY).setLineStyle(new BasicStroke(front ? 2f : 1.5f));
    return line;
  }

  /** At most {@link #POINTS} numbers, each the mean of as many neighbours, or one more. */
  private static float[] means(float[] all) {
    float[] means = new float[Math.min(POINTS, all.length)];
    for (int i = 0; i < means.length; i++) {
      int from = (int) ((long) i * all.length / means.length);
      int to = (int) ((i + 1L) * all.length / means.length);
      double sum = 0;
      for (int u = from; u < to; u++) {
        sum += all[u];
      }
      means[i] = (float) (sum / (to - from));
    }
    return means;
  }

  private static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    Arrays.setAll(doubles, i -> values[i]);
    return doubles;
  }

  /**
   * The losses of up to six runs in one chart, each the mean of some updates.
   *
   * @throws IllegalArgumentException if there are none or more than six, or no such run
   */
  public static XYChart overlaid(Ledger ledger, List<Integer> runs) {
    if (runs.isEmpty() || runs.size() > 6) {
      throw new IllegalArgumentException("Runs: expected 1 to 6 runs, got " + runs.size());
    }
    XYChart chart = Charts.empty("loss, mean of some updates each", "update", "loss");
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(2.5).setXAxisMin(0.0);
    for (int i = 0; i < runs.size(); i++) {
      float[] losses = ledger.curves(runs.get(i)).losses();
      Charts.addLine(chart, i, "run " + runs.get(i), places(losses), doubles(means(losses)));
    }
    return chart;
  }

  /** Where the means lie, in updates. */
  private static double[] places(float[] losses) {
    double[] places = new double[Math.min(POINTS, losses.length)];
    Arrays.setAll(places, i -> (i + 0.5) * losses.length / places.length);
    return places;
  }

  /**
   * Rows of a ledger as an HTML table, with a small curve of the loss in each.
   *
   * @param rows with a column {@code run}; all columns are shown, so select them first
   */
  public static String board(Ledger ledger, Table rows) {
    IntColumn runs = rows.intColumn("run");
    return Tables.html(
        rows, "loss", row -> sparkline(means(ledger.curves(runs.get(row)).losses())));
  }

  /** From 0 to 2.5, whatever the run, so that curves can be compared. */
  private static String sparkline(float[] losses) {
    StringBuilder points = new StringBuilder();
    for (int i = 0; i < losses.length; i++) {
      double y = 23 - 22 * Math.min(losses[i], 2.5) / 2.5;
      points.append(
          String.format(
              Locale.ROOT, "%.1f,%.1f ", 1 + 98.0 * i / Math.max(1, losses.length - 1), y));
    }
    return "<svg width=\"100\" height=\"24\" role=\"img\" aria-label=\"loss from "
        + (losses.length == 0 ? "none" : losses[0] + " to " + losses[losses.length - 1])
        + "\"><polyline fill=\"none\" stroke=\"#0072B2\" stroke-width=\"1.5\" points=\""
        + points.toString().strip()
        + "\"/></svg>";
  }
}
