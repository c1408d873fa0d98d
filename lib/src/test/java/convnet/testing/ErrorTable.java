package convnet.testing;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** How far results were from the expected ones: of every case the largest relative error. */
public final class ErrorTable {
  private static final String LINE = "%-6s  %-29s  %7s  %9s  %s%n";

  /** How many values were compared, the largest error among them, and in which tensor it was. */
  private record Row(long values, double error, String tensor) {
    /** Both together; NaN counts as the largest of errors. */
    Row and(Row other) {
      Row worse = Double.compare(other.error, error) > 0 ? other : this;
      return new Row(values + other.values, worse.error, worse.tensor);
    }
  }

  private final Map<String, Map<String, Row>> rows = new TreeMap<>(); // source -> case -> row

  /** Notes that some values of a tensor have been compared. */
  public void add(String source, String name, String tensor, int values, double error) {
    rows.computeIfAbsent(source, s -> new TreeMap<>())
        .merge(name, new Row(values, error, tensor), Row::and);
  }

  /** A line for every case, and one for all of a source. */
  @Override
  public String toString() {
    StringBuilder lines = new StringBuilder();
    StringBuilder totals = new StringBuilder();
    lines.append(LINE.formatted("source", "case", "values", "rel.error", "largest in"));
    rows.forEach(
        (source, cases) -> {
          Row total = new Row(0, 0, "");
          for (Map.Entry<String, Row> entry : cases.entrySet()) {
            Row row = entry.getValue();
            lines.append(line(source, entry.getKey(), row));
            total = total.and(new Row(row.values, row.error, entry.getKey() + " " + row.tensor));
          }
          totals.append(line(source, "all", total));
        });
    return lines.append(totals).toString();
  }

  private static String line(String source, String name, Row row) {
    return LINE.formatted(
        source, name, row.values, String.format(Locale.ROOT, "%.1e", row.error), row.tensor);
  }
}
