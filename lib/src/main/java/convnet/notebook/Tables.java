package convnet.notebook;

import convnet.lab.Plan;
import convnet.tensor.Shape;
import convnet.train.History;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tables for a notebook: Tablesaw's, and their HTML for {@code display(html, "text/html")}. */
public final class Tables {
  private Tables() {}

  /** One row for each layer: its name and its output. */
  public static Table shapes(Map<String, Shape> shapes) {
    StringColumn layer = StringColumn.create("layer");
    StringColumn shape = StringColumn.create("output shape");
    shapes.forEach(
        (name, value) -> {
          layer.append(name);
          shape.append(value.toString());
        });
    return Table.create("shapes", layer, shape);
  }

  /**
   * One row for each epoch of a training; accuracies from 0 to 1, the loss missing before training.
   */
  public static Table history(History history) {
    Table table = epochs("history");
    for (History.Epoch e : history.epochs()) {
      append(table, e.epoch(), e.updates(), e.loss(), e.trainAccuracy(), e.testAccuracy());
    }
    return table;
  }

  /**
   * The ten rows that segavvy's memo prints for the same training (Qiita, February 2020), and its
   * accuracies before it.
   */
  public static Table memo() {
    double[][] rows = {
      {Double.NaN, 0.0909, 0.0909},
      {0.0699, 0.9784, 0.9780},
      {0.0400, 0.9844, 0.9810},
      {0.0362, 0.9885, 0.9853},
      {0.0088, 0.9907, 0.9844},
      {0.0052, 0.9926, 0.9851},
      {0.0089, 0.9932, 0.9850},
      {0.0029, 0.9944, 0.9865},
      {0.0023, 0.9954, 0.9873},
      {0.0051, 0.9959, 0.9860},
      {0.0037, 0.9972, 0.9860},
    };
    Table table = epochs("memo");
    for (int epoch = 0; epoch < rows.length; epoch++) {
      append(table, epoch, 600 * epoch, rows[epoch][0], rows[epoch][1], rows[epoch][2]);
    }
    return table;
  }

  /** One row a step of a network on paper, and their sums. */
  public static Table plan(Plan plan) {
    StringColumn step = StringColumn.create("step");
    StringColumn shape = StringColumn.create("output shape");
    LongColumn parameters = LongColumn.create("parameters");
    LongColumn multiplyAdds = LongColumn.create("multiply-adds");
    for (Plan.Step s : plan.steps()) {
      step.append(s.name());
      shape.append(s.out().toString());
      parameters.append(s.parameters());
      multiplyAdds.append(s.multiplyAdds());
    }
    step.append("sum");
    shape.append("");
    parameters.append(plan.parameters());
    multiplyAdds.append(plan.multiplyAdds());
    return Table.create("plan", step, shape, parameters, multiplyAdds);
  }

  private static Table epochs(String name) {
    return Table.create(
        name,
        IntColumn.create("epoch"),
        IntColumn.create("updates"),
        DoubleColumn.create("loss"),
        DoubleColumn.create("train accuracy"),
        DoubleColumn.create("test accuracy"));
  }

  private static void append(
      Table table, int epoch, int updates, double loss, double train, double test) {
    table.intColumn(0).append(epoch);
    table.intColumn(1).append(updates);
    table.doubleColumn(2).append(loss);
    table.doubleColumn(3).append(train);
    table.doubleColumn(4).append(test);
  }

  /**
   * Two tables with the same first column next to each other, row by row: the right one's other
   * columns follow with {@code suffix} after their names. The shorter decides the length.
   */
  public static Table beside(Table left, Table right, String suffix) {
    int rows = Math.min(left.rowCount(), right.rowCount());
    Table both = left.first(rows);
    for (Column<?> column : right.first(rows).columns().subList(1, right.columnCount())) {
      if (!column.name().equals("updates")) {
        both.addColumns(column.copy().setName(column.name() + suffix));
      }
    }
    return both;
  }

  /** A table as plain HTML: numbers right-aligned with four decimals, missing values a dash. */
  public static String html(Table table) {
    return html(table, null, row -> null);
  }

  /** The same with one more column, whose cells are HTML; none if its name is null. */
  static String html(Table table, String name, IntFunction<String> cell) {
    StringBuilder html = new StringBuilder("<table><thead><tr>");
    Stream.concat(table.columnNames().stream(), Stream.ofNullable(name))
        .forEach(n -> html.append("<th scope=\"col\">").append(escape(n)).append("</th>"));
    html.append("</tr></thead><tbody>");
    for (int row = 0; row < table.rowCount(); row++) {
      html.append("<tr>");
      for (Column<?> column : table.columns()) {
        html.append("<td>").append(escape(cell(column, row))).append("</td>");
      }
      html.append(name == null ? "" : "<td>" + cell.apply(row) + "</td>").append("</tr>");
    }
    return html.append("</tbody></table>").toString();
  }

  private static String cell(Column<?> column, int row) {
    if (column.isMissing(row)) {
      return "–";
    }
    if (column.type() == ColumnType.DOUBLE) {
      return String.format(Locale.ROOT, "%.4f", ((DoubleColumn) column).getDouble(row));
    }
    if (column.type() == ColumnType.LONG) {
      return String.format(Locale.ROOT, "%,d", ((LongColumn) column).getLong(row));
    }
    return String.valueOf(column.get(row)); // getString would take the locale's digits
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
