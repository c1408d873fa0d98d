package convnet.lab;

import convnet.data.GivenFile;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;
import tech.tablesaw.io.csv.CsvReadOptions;

/**
 * A ledger as a table. Tablesaw divides the text into cells; what they hold is read strictly here,
 * for its own reader takes "0,06" for 6 and a data set called NA for none at all.
 */
final class LedgerTable {
  private static final String REAL = "[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?";
  private static final String WHOLE = "[+-]?[0-9]+";

  private final String file;
  private final List<Integer> lines; // where each row stands, counted from 1
  private final Table cells;

  private LedgerTable(String file, String text) throws IOException {
    this.file = file;
    String[] all = text.lines().toArray(String[]::new);
    lines =
        IntStream.range(1, all.length).filter(i -> !all[i].isBlank()).mapToObj(i -> i + 1).toList();
    ColumnType[] types = new ColumnType[Ledger.COLUMNS.size()];
    Arrays.fill(types, ColumnType.STRING);
    try {
      cells =
          Table.read()
              .usingOptions(
                  CsvReadOptions.builderFromString(text)
                      .missingValueIndicator("")
                      .commentPrefix('\uffff') // none: no line may be passed over
                      .maxCharsPerColumn(1 << 20)
                      .columnTypes(types));
    } catch (RuntimeException e) {
      Matcher row = Pattern.compile("Row number (\\d+)").matcher("" + e.getMessage());
      throw new IOException(
          "Ledger: line %s of %s has not %s cells; mend the line or delete it"
              .formatted(
                  row.find() ? lines.get(Integer.parseInt(row.group(1)) - 1) : "?",
                  file,
                  types.length),
          e);
    }
  }

  /**
   * The whole table.
   *
   * @param name of the file, for errors
   */
  static Table read(String name, String text) throws IOException {
    LedgerTable table = new LedgerTable(GivenFile.path("Ledger", name).toString(), text);
    Column<?>[] columns = new Column<?>[Ledger.COLUMNS.size()];
    for (int c = 0; c < columns.length; c++) {
      columns[c] = table.column(Ledger.COLUMNS.get(c));
    }
    return Table.create("ledger", columns);
  }

  /** A cell as the ledger writes it; empty if it is missing. */
  static String cell(Column<?> column, int row) {
    return column.isMissing(row) ? "" : String.valueOf(column.get(row));
  }

  private Column<?> column(String name) throws IOException {
    switch (name) {
      case "learning rate", "weight decay", "seconds":
        return reals(name, REAL);
      case "momentum", "loss", "train accuracy", "validation accuracy", "test accuracy":
        return reals(name, REAL + "|");
      case "seed":
        LongColumn longs = LongColumn.create(name);
        each(name, WHOLE, "a whole number", cell -> longs.append(Long.parseLong(cell)));
        return longs;
      case "run", "images", "validation", "batch size", "epochs", "updates":
        return ints(name, WHOLE);
      case "living filters":
        return ints(name, WHOLE + "|");
      default:
        return cells.stringColumn(name);
    }
  }

  private DoubleColumn reals(String name, String form) throws IOException {
    DoubleColumn reals = DoubleColumn.create(name);
    each(name, form, "a number such as 0.06", cell -> reals.append(real(cell)));
    return reals;
  }

  private IntColumn ints(String name, String form) throws IOException {
    IntColumn ints = IntColumn.create(name);
    each(
        name,
        form,
        "a whole number",
        cell -> {
          if (cell.isEmpty()) {
            ints.appendMissing();
          } else {
            ints.append(Integer.parseInt(cell));
          }
        });
    return ints;
  }

  private static double real(String cell) {
    return cell.isEmpty() ? Double.NaN : Double.parseDouble(cell);
  }

  /** Hands over a column's cells, all of the given form. */
  private void each(String name, String form, String expected, Consumer<String> number)
      throws IOException {
    StringColumn column = cells.stringColumn(name);
    Pattern pattern = Pattern.compile(form);
    for (int row = 0; row < column.size(); row++) {
      String cell = column.get(row);
      try {
        if (!pattern.matcher(cell).matches()) {
          throw new NumberFormatException(cell);
        }
        number.accept(cell);
      } catch (NumberFormatException e) {
        throw new IOException(
            "Ledger: line %s of %s holds \"%s\" as %s, expected %s; mend the line or delete it"
                .formatted(lines.get(row), file, GivenFile.shortened(cell), name, expected),
            e);
      }
    }
  }
}
