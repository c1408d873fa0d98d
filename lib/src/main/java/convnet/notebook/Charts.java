package convnet.notebook;

import convnet.lab.Curves;
import convnet.train.History;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.None;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * The charts of a training. Colours differ in brightness and lines in pattern, so that they can be
 * told apart in grey and by colour-blind readers.
 */
public final class Charts {
  /** Blue, dark in grey (from the Okabe-Ito palette). */
  static final Color BLUE = new Color(0x0072B2);

  /** Orange, light in grey. */
  static final Color ORANGE = new Color(0xE69F00);

  private static final double LARGE = 1e5; // six digits before the point, and eleven behind it
  private static final None NO_MARKER = (None) SeriesMarkers.NONE;

  private Charts() {}

  /** The loss of every update among ten classes. */
  public static XYChart loss(float[] losses) {
    return loss(losses, 10);
  }

  /** The loss of every update. The axis ends a little above the loss of guessing, ln K. */
  public static XYChart loss(float[] losses, int classes) {
    return loss(losses, classes, Curves.NONE);
  }

  static XYChart loss(float[] losses, int classes, Curves before) {
    XYChart chart = chart("loss on the batch", "update", "loss");
    if (classes < 1) {
      throw new IllegalArgumentException("Charts: expected 1 class or more, got " + classes);
    }
    double most = Math.round(10 * (Math.log(classes) + 0.2)) / 10.0;
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(most).setXAxisMin(0.0);
    chart.getStyler().setLegendVisible(false);
    Runs.addLossBefore(chart, before);
    // One point more, not drawn: with evenly spaced points XChart marks some of them, 38, 76, ...
    double[] x = new double[1 + losses.length];
    double[] y = new double[1 + losses.length];
    x[0] = 0.5;
    y[0] = Double.NaN;
    for (int i = 0; i < losses.length; i++) {
      x[1 + i] = i + 1;
      y[1 + i] = losses[i];
    }
    style(chart.addSeries("loss", x, y), BLUE, new BasicStroke(1f));
    return chart;
  }

  /** The accuracies over all training and all test images after every epoch, from {@code min}. */
  public static XYChart accuracy(List<History.Epoch> epochs, double min) {
    return accuracy(epochs, min, Curves.NONE);
  }

  static XYChart accuracy(List<History.Epoch> epochs, double min, Curves before) {
    if (!(min >= 0 && min <= 0.999)) {
      throw new IllegalArgumentException(
          "Charts: expected an axis that begins at 0 to 0.999, got " + min);
    }
    XYChart chart = chart("accuracy", "epoch", "accuracy");
    chart.getStyler().setYAxisMin(min).setYAxisMax(1.0).setXAxisMin(0.0);
    chart.getStyler().setLegendPosition(LegendPosition.InsideSE);
    int n = Math.max(1, epochs.size());
    double[] x = new double[n];
    double[] train = new double[n];
    double[] test = new double[n];
    train[0] = Double.NaN;
    test[0] = Double.NaN;
    for (int i = 0; i < epochs.size(); i++) {
      x[i] = epochs.get(i).epoch();
      train[i] = epochs.get(i).trainAccuracy();
      test[i] = epochs.get(i).testAccuracy();
    }
    Runs.addAccuracyBefore(chart, before);
    XYSeries seen = chart.addSeries("training images", x, train);
    XYSeries unseen = chart.addSeries("test images", x, test);
    style(seen, BLUE, new BasicStroke(2f));
    BasicStroke dashed =
        new BasicStroke(
            2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, new float[] {6, 4}, 0);
    style(unseen, ORANGE, dashed);
    seen.setMarker(SeriesMarkers.CIRCLE)
        .setMarkerColor(BLUE); // what was measured; lines only join it
    unseen.setMarker(SeriesMarkers.DIAMOND).setMarkerColor(ORANGE);
    return chart;
  }

  /**
   * Lines over common x values, told apart by colour, brightness and pattern.
   *
   * @param x one value for each point
   * @param lines by their names in the legend, each as long as x; NaN leaves a gap
   * @throws IllegalArgumentException if there is none or more than six, the lengths differ, or the
   *     numbers are none that can be drawn: none at all, infinite, or too close to each other
   */
  public static XYChart lines(
      String title, String xTitle, String yTitle, double[] x, Map<String, double[]> lines) {
    if (lines.isEmpty() || lines.size() > LINES.length) {
      throw new IllegalArgumentException(
          "Charts: expected 1 to %s lines, got %s".formatted(LINES.length, lines.size()));
    }
    double[] all = lines.values().stream().flatMapToDouble(DoubleStream::of).toArray();
    Function<Double, String> xLabels = labels(xTitle, false, x);
    Function<Double, String> yLabels = labels(yTitle, false, all);
    XYChart chart = chart(title, xTitle, yTitle);
    chart.getStyler().setLegendVisible(lines.size() > 1);
    if (String.join("", lines.keySet()).length() + 6 * lines.size() <= WIDEST_LEGEND) {
      chart.getStyler().setLegendPosition(LegendPosition.OutsideS);
      chart.getStyler().setLegendLayout(LegendLayout.Horizontal);
    } else {
      chart.getStyler().setLegendPosition(LegendPosition.OutsideE);
    }
    chart.getStyler().setXAxisDecimalPattern(null).setXAxisMaxLabelCount(7);
    chart.getStyler().setXAxisTickLabelsFormattingFunction(xLabels);
    chart.getStyler().setYAxisTickLabelsFormattingFunction(yLabels);
    int i = 0;
    for (Map.Entry<String, double[]> line : lines.entrySet()) {
      if (line.getKey().isBlank()) {
        throw new IllegalArgumentException("Charts: each line needs a name, one is blank");
      }
      if (line.getValue().length != x.length) {
        throw new IllegalArgumentException(
            "Charts: %s has %s values for %s points"
                .formatted(line.getKey(), line.getValue().length, x.length));
      }
      addLine(chart, i, line.getKey(), x, line.getValue());
      i++;
    }
    return chart;
  }

  /** The i-th line of a chart, of six that can be told apart. */
  static void addLine(XYChart chart, int i, String name, double[] x, double[] y) {
    BasicStroke stroke =
        new BasicStroke(2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, PATTERNS[i], 0);
    style(chart.addSeries(name, x, y), LINES[i], stroke);
  }

  /** How many letters fit below a chart; a line's sample counts as six. */
  private static final int WIDEST_LEGEND = 72;

  private static final Color[] LINES = {
    BLUE,
    ORANGE,
    new Color(0x009E73),
    new Color(0x333333),
    new Color(0xCC79A7),
    new Color(0x56B4E9),
  };

  private static final float[][] PATTERNS = {null, {6, 4}, {2, 3}, {10, 3, 2, 3}, {14, 4}, {1, 5}};

  /**
   * One bar for each name, the largest in the dark colour.
   *
   * @param values one for each name
   * @throws IllegalArgumentException if the numbers differ, or as {@link #lines}
   */
  public static CategoryChart bars(
      String title, String xTitle, String yTitle, List<String> names, double[] values) {
    if (names.size() != values.length) {
      throw new IllegalArgumentException(
          "Charts: %s names for %s bars".formatted(names.size(), values.length));
    }
    Function<Double, String> labels = labels(yTitle, true, values);
    CategoryChart chart =
        new CategoryChartBuilder()
            .width(520)
            .height(300)
            .title(title)
            .xAxisTitle(xTitle)
            .yAxisTitle(yTitle)
            .build();
    int largest = 0;
    for (int i = 1; i < values.length; i++) {
      largest = values[i] > values[largest] ? i : largest;
    }
    double[] top = new double[values.length];
    double[] others = values.clone();
    top[largest] = values[largest];
    others[largest] = 0;
    chart.getStyler().setOverlapped(true).setAvailableSpaceFill(0.7).setLegendVisible(false);
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    chart.getStyler().setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    chart
        .getStyler()
        .setXAxisTickMarkSpacingHint(1)
        .setXAxisMaxLabelCount(Math.max(2, names.size()));
    chart.getStyler().setYAxisTickLabelsFormattingFunction(labels);
    chart.addSeries("others", names, boxed(others)).setFillColor(ORANGE);
    chart.addSeries("largest", names, boxed(top)).setFillColor(BLUE);
    return chart;
  }

  /**
   * The labels of an axis for some values. Where one would have more than 20 letters, as
   * 1000010000.0000001 has, XChart looks for better ones without end; so large numbers are short.
   *
   * @return how they are written, or null for XChart's own way
   */
  private static Function<Double, String> labels(String axis, boolean fromZero, double[] values) {
    double least = fromZero ? 0 : Double.POSITIVE_INFINITY;
    double most = fromZero ? 0 : Double.NEGATIVE_INFINITY;
    for (double v : values) {
      if (Double.isInfinite(v)) {
        throw new IllegalArgumentException(
            "Charts: %s holds %s, expected finite numbers, or NaN for a gap".formatted(axis, v));
      }
      least = v < least ? v : least; // NaN is neither less nor more
      most = v > most ? v : most;
    }
    if (values.length == 0) {
      throw new IllegalArgumentException("Charts: there are no numbers for %s".formatted(axis));
    }
    double largest = Math.max(Math.abs(most), Math.abs(least));
    if (most > least && largest > LARGE && most - least < 1e-5 * largest) {
      throw new IllegalArgumentException(
          "Charts: %s from %s to %s are too close to be told apart; draw their differences"
              .formatted(axis, least, most));
    }
    DecimalFormat nineDigits =
        new DecimalFormat("0.########E0", DecimalFormatSymbols.getInstance(Locale.ROOT));
    return least < -LARGE || most > 1e4 * LARGE ? v -> v == 0 ? "0" : nineDigits.format(v) : null;
  }

  private static List<Double> boxed(double[] values) {
    return DoubleStream.of(values).boxed().toList();
  }

  /** A chart without lines yet. */
  static XYChart empty(String title, String x, String y) {
    XYChart chart = chart(title, x, y);
    chart.getStyler().setXAxisDecimalPattern(SIX_DIGITS).setYAxisDecimalPattern(SIX_DIGITS);
    return chart;
  }

  private static final String SIX_DIGITS = "0.######"; // a label of 20 letters hangs XChart

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(520)
            .height(340)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    chart.getStyler().setChartBackgroundColor(Color.WHITE).setPlotBorderVisible(false);
    chart.getStyler().setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
    chart.getStyler().setXAxisTickMarkSpacingHint(90).setXAxisDecimalPattern("#");
    return chart;
  }

  private static void style(XYSeries series, Color color, BasicStroke stroke) {
    series.setMarker(NO_MARKER);
    series.setLineColor(color);
    series.setLineStyle(stroke);
  }

  /** Charts side by side as one picture for {@code display}, twice as fine as its layout. */
  public static BufferedImage picture(Chart<?, ?>... charts) {
    if (charts.length == 0) {
      throw new IllegalArgumentException("Charts: expected one chart or more, got none");
    }
    int width = 0;
    int height = 0;
    for (Chart<?, ?> chart : charts) {
      width += chart.getWidth();
      height = Math.max(height, chart.getHeight());
    }
    BufferedImage image = new BufferedImage(2 * width, 2 * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.scale(2, 2);
    g.setColor(Color.WHITE); // below the lower ones
    g.fillRect(0, 0, width, height);
    paint(g, charts);
    g.dispose();
    return Described.as(
        Stream.of(charts).map(Described::chart).collect(Collectors.joining(". ")), image);
  }

  static void paint(Graphics2D g, Chart<?, ?>... charts) {
    int left = 0;
    for (Chart<?, ?> chart : charts) {
      g.translate(left, 0);
      chart.paint(g, chart.getWidth(), chart.getHeight());
      g.translate(-left, 0);
      left += chart.getWidth();
    }
  }
}
