package convnet.notebook;

import java.awt.image.BufferedImage;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Hashtable;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.CategorySeries;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.AxesChart;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.internal.series.Series;

/** Pictures with a sentence for those who cannot see them; the kernel passes it on. */
final class Described {
  private static final String NAME = "description";
  private static final int MOST = 20; // captions that are read out

  private static final MathContext FOUR_DIGITS = new MathContext(4);

  private Described() {}

  /** The same pixels, described. */
  static BufferedImage as(String description, BufferedImage image) {
    Hashtable<String, Object> properties = new Hashtable<>();
    properties.put(NAME, description);
    return new BufferedImage(
        image.getColorModel(), image.getRaster(), image.isAlphaPremultiplied(), properties);
  }

  /** What a picture of this package was described as; empty for others. */
  static String of(BufferedImage image) {
    return image.getProperty(NAME) instanceof String description ? description : "";
  }

  /** Captions as a list that is not too long to listen to. */
  static String list(List<String> captions) {
    String first = String.join(", ", captions.subList(0, Math.min(MOST, captions.size())));
    return captions.size() > MOST ? first + ", ..." : first;
  }

  /** What a chart shows: {@code chart "loss": loss by update; loss from 2.3 to 0.05}. */
  static String chart(Chart<?, ?> chart) {
    StringBuilder text = new StringBuilder("chart");
    if (!chart.getTitle().isEmpty()) {
      text.append(" \"").append(chart.getTitle()).append('"');
    }
    if (chart instanceof AxesChart<?, ?> axes) {
      text.append(": %s by %s".formatted(axes.getYAxisTitle(), axes.getXAxisTitle()));
    }
    for (Series series : chart.getSeriesCollection()) {
      text.append("; ").append(series.getName());
      if (series instanceof XYSeries line) {
        text.append(course(line.getYData()));
      } else if (series instanceof CategorySeries bars) {
        text.append(": ").append(list(bars(bars)));
      }
    }
    return text.toString();
  }

  private static List<String> bars(CategorySeries bars) {
    List<String> named = new ArrayList<>();
    List<?> names = List.copyOf(bars.getXData());
    double[] values = bars.getYData();
    for (int i = 0; i < values.length; i++) {
      if (values[i] != 0) {
        named.add(names.get(i) + " " + number(values[i]));
      }
    }
    return named;
  }

  private static String course(double[] values) {
    double first = Double.NaN;
    double last = Double.NaN;
    for (double value : values) {
      first = Double.isNaN(first) ? value : first;
      last = Double.isNaN(value) ? last : value;
    }
    return Double.isNaN(first)
        ? " without a value"
        : " from " + number(first) + " to " + number(last);
  }

  private static String number(double value) {
    if (!Double.isFinite(value)) {
      return "" + value;
    }
    return value != 0 && Math.abs(value) < 1e-3
        ? String.format(Locale.ROOT, "%.1e", value)
        : new BigDecimal(value, FOUR_DIGITS).stripTrailingZeros().toPlainString();
  }
}
