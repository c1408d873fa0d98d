package convnet.notebook;

import java.awt.BasicStroke;
import java.awt.Color;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Runs that differ by their seeds only: each a dot, for between two seeds there is nothing. */
public final class Dots {
  private static final int MOST_LETTERS = 20; // of a label

  private Dots() {}

  /**
   * A column of dots for each group, and beside it its mean with the interval that holds the true
   * mean in 95 of 100 cases (Student's t; none for a single dot).
   *
   * @param groups by name; NaN, of a run that diverged, is left out
   * @throws IllegalArgumentException if there are no groups, or one is empty
   */
  public static XYChart columns(String title, String yTitle, Map<String, double[]> groups) {
    if (groups.isEmpty()) {
      throw new IllegalArgumentException("Dots: expected one group or more, got none");
    }
    List<String> names = List.copyOf(groups.keySet());
    XYChart chart = Charts.empty(title, "", yTitle);
    chart.getStyler().setXAxisMin(0.5).setXAxisMax(names.size() + 0.5).setLegendVisible(false);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    chart.getStyler().setXAxisMaxLabelCount(2 * names.size() + 1).setXAxisTickMarkSpacingHint(20);
    chart.getStyler().setXAxisTickLabelsFormattingFunction(x -> label(names, x));
    for (int g = 0; g < names.size(); g++) {
      double[] values = DoubleStream.of(groups.get(names.get(g))).filter(v -> v == v).toArray();
      if (values.length == 0) {
        throw new IllegalArgumentException("Dots: %s has no numbers".formatted(names.get(g)));
      }
      double[] x = new double[values.length];
      Arrays.fill(x, g + 1);
      dots(chart.addSeries(names.get(g), x, values), Charts.BLUE, SeriesMarkers.CIRCLE);
      SummaryStatistics all = new SummaryStatistics();
      DoubleStream.of(values).forEach(all::addValue);
      double[] at = {g + 1.2};
      XYSeries mean =
          chart.addSeries(
              "mean of " + names.get(g),
              at,
              new double[] {all.getMean()},
              new double[] {halfInterval(all)});
      dots(mean, Charts.ORANGE, SeriesMarkers.DIAMOND);
    }
    return chart;
  }

  /**
   * A group's name, and blanks between two groups: each tick's are others, spaces and hard spaces,
   * for XChart takes no label twice. Where one has more than 20 letters it looks for better ticks
   * without end.
   */
  private static String label(List<String> names, double x) {
    int g = (int) Math.round(x) - 1;
    if (Math.abs(x - Math.round(x)) < 1e-6 && g >= 0 && g < names.size()) {
      String name = names.get(g);
      return name.length() <= MOST_LETTERS ? name : name.substring(0, MOST_LETTERS - 1) + "…";
    }
    String bits = Integer.toBinaryString(1 << 12 | Math.floorMod(Math.round(20 * x), 1 << 12));
    return bits.replace('0', ' ').replace('1', '\u00a0');
  }

  /** Half the interval around a mean that holds the true one in 95 of 100 cases. */
  public static double halfInterval(SummaryStatistics values) {
    long n = values.getN();
    if (n < 2) {
      return 0;
    }
    double t = new TDistribution(n - 1).inverseCumulativeProbability(0.975);
    return t * values.getStandardDeviation() / Math.sqrt(n);
  }

  private static void dots(XYSeries series, Color color, Marker marker) {
    series.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
    series.setMarker(marker).setMarkerColor(color);
  }

  /** A dot for each experiment, by its place in the sweep; NaN has none. */
  static XYChart sequence(double[] accuracies) {
    XYChart chart = Charts.empty("accuracy of the images that judge", "experiment", "accuracy");
    chart.getStyler().setXAxisMin(0.0).setXAxisDecimalPattern("#").setLegendVisible(false);
    chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0).setXAxisMax(accuracies.length + 1.0);
    double[] x = IntStream.rangeClosed(1, accuracies.length).asDoubleStream().toArray();
    dots(chart.addSeries("experiments", x, accuracies), Charts.BLUE, SeriesMarkers.CIRCLE);
    return chart;
  }

  /**
   * Many values on one line, those that would cover each other one above the other, and some of
   * them marked by name. The axis is logarithmic.
   *
   * @param marks values that are shown apart
   */
  public static XYChart row(
      String title, String xTitle, double[] values, Map<String, Double> marks) {
    XYChart chart = Charts.empty(title, xTitle, "");
    chart.getStyler().setXAxisLogarithmic(true).setYAxisTicksVisible(false).setYAxisMin(0.0);
    chart.getStyler().setPlotGridHorizontalLinesVisible(false).setMarkerSize(6);
    double[] sorted = DoubleStream.of(values).sorted().toArray();
    Map<Long, Integer> heights = new LinkedHashMap<>();
    List<Double> y = new ArrayList<>();
    for (double value : sorted) {
      long place = Math.round(40 * Math.log10(value)); // forty places for each power of ten
      y.add(1.0 * heights.merge(place, 1, Integer::sum));
    }
    double most = heights.values().stream().max(Integer::compare).orElse(1);
    dots(
        chart.addSeries(values.length + " seeds", sorted, y.stream().mapToDouble(v -> v).toArray()),
        Charts.BLUE,
        SeriesMarkers.CIRCLE);
    Color[] colors = {Charts.ORANGE, new Color(0x333333), new Color(0x009E73)};
    float[][] patterns = {null, {6, 4}, {2, 3}};
    int i = 0;
    for (Map.Entry<String, Double> mark : marks.entrySet()) {
      double[] at = {mark.getValue(), mark.getValue()};
      XYSeries line = chart.addSeries(mark.getKey(), at, new double[] {0, most + 1});
      line.setMarker(SeriesMarkers.NONE).setLineColor(colors[i % 3]);
      line.setLineStyle(
          new BasicStroke(
              2f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1f, patterns[i % 3], 0));
      i++;
    }
    return chart;
  }
}
