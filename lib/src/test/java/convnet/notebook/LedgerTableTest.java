package convnet.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.lab.Experiment;
import convnet.lab.Ledger;
import convnet.testing.TinyMnist;
import convnet.train.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

/** Ledgers that people and spreadsheets have changed; Tablesaw reads the good ones alike. */
class LedgerTableTest {
  private static final String HEADER = String.join(",", Ledger.COLUMNS) + "\n";
  private static final String ROW =
      "2026-11-26T23:58:22Z,mnist,AdaGrad,0.06,30,5,0,1,100,0.01,100,10,7,6000,12.25,0.0125,0.9984,"
          + "0.9871\n";
  private static final String DIVERGED =
      "2026-11-26T23:59:22Z,mnist,SGD,1.0E30,30,5,0,1,100,0.01,100,10,-9223372036854775808,3,0.02,,,\n";

  @TempDir Path folder;

  private Ledger ledger(String text, Charset charset) throws IOException {
    Path file = folder.resolve("ledger.csv");
    Files.write(file, text.getBytes(charset));
    return new Ledger(file.toString());
  }

  private Table read(String text) throws IOException {
    return Tables.ledger(ledger(text, StandardCharsets.UTF_8));
  }

  private void refused(String message, String text) throws IOException {
    Ledger ledger = ledger(text, StandardCharsets.UTF_8);
    String said =
        assertThrows(UncheckedIOException.class, () -> Tables.ledger(ledger)).getMessage();
    assertEquals("Ledger: " + message.replace("#", folder.resolve("ledger.csv").toString()), said);
  }

  /** What Tablesaw's own reader makes of it: right, where no name is NA and no comma is decimal. */
  private static Table oracle(String text) {
    List<ColumnType> types = new ArrayList<>();
    Ledger.COLUMNS.forEach(
        name ->
            types.add(
                switch (name) {
                  case "finished", "data", "optimizer" -> ColumnType.STRING;
                  case "learning rate", "weight std", "seconds", "loss" -> ColumnType.DOUBLE;
                  case "train accuracy", "test accuracy" -> ColumnType.DOUBLE;
                  case "seed" -> ColumnType.LONG;
                  default -> ColumnType.INTEGER;
                }));
    ColumnType[] columns = types.toArray(new ColumnType[0]);
    return Table.read()
        .usingOptions(
            CsvReadOptions.builderFromString(text).tableName("ledger").columnTypes(columns));
  }

  private static String withData(String name) {
    return HEADER + ROW.replace("mnist", name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // no row yet
        ROW,
        ROW + ROW + ROW,
        ROW + "\n\n" + ROW, // empty lines
        "2026-11-26T23:58:22Z,mnist,Adam,1e-3,3,5,0,1,3,1E-2,10,1,0,2,0.19,2.2934,0.1,0.9843\n",
        "2026-11-26T23:58:22Z,\"mnist\",\"Adam\",\"1\",3,5,0,1,3,1,10,1,0,2,0.19,2.2934,0.1,1\n",
        "yesterday,fashion mnist,Adam,1,3,5,0,1,3,1,10,1,9223372036854775806,2,0.19,2.29,0.1,1\n",
        " 2026 , mnist , Adam , 1 , 3 , 5 , 0 , 1 , 3 , 1 , 10 , 1 , 0 , 2 , 0 , 2 , 0 , 1 \n",
        "2026-11-26,größe 数字,Adam,1,3,5,0,1,3,1,10,1,0,2,0.19,2.2934,0.1,1\n",
      })
  void readsWhatTablesawReads(String rows) throws IOException {
    String expected = oracle(HEADER + rows).printAll();
    assertEquals(expected, read(HEADER + rows).printAll());
    String windows = (HEADER + rows).replace("\n", "\r\n");
    assertEquals(expected, read(windows).printAll());
    assertEquals(expected, read("\ufeff" + windows).printAll());
    assertEquals(expected, read(quoted(HEADER) + rows).printAll());
  }

  private static String quoted(String header) {
    return "\"" + header.strip().replace(",", "\",\"") + "\"\n";
  }

  @Test
  void aRunThatDivergedHasNoAccuracy() throws IOException {
    Table table = read(HEADER + ROW + DIVERGED);
    assertEquals(2, table.rowCount());
    assertTrue(table.doubleColumn("loss").isMissing(1));
    assertTrue(table.doubleColumn("test accuracy").isMissing(1));
    assertEquals(1e30, table.doubleColumn("learning rate").getDouble(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"NA", "NaN", "N/A", "null", "*", "-", "nan", "None", "0", "true", "#1", "1e5"})
  void aNameStaysWhatItIs(String name) throws IOException {
    assertEquals(name, read(withData(name)).stringColumn("data").get(0));
    String html = Tables.html(read(withData(name)));
    assertTrue(html.contains("<td>" + name + "</td>"), html);
  }

  @Test
  void aRowBeginningWithAHashIsNoComment() throws IOException {
    assertEquals("#1", read(HEADER + "#1" + ROW).stringColumn("finished").get(0).substring(0, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "learning rate | 0.06 | '\"0,06\"' | 0,06 | a number such as 0.06",
        "learning rate | 0.06 | 6%           | 6%   | a number such as 0.06",
        "learning rate | 0.06 | .06          | .06  | a number such as 0.06",
        "learning rate | 0.06 | NaN          | NaN  | a number such as 0.06",
        "learning rate | 0.06 | Infinity     | Infinity | a number such as 0.06",
        "learning rate | 0.06 | 0x1p3        | 0x1p3 | a number such as 0.06",
        "learning rate | 0.06 | 0.06f        | 0.06f | a number such as 0.06",
        "learning rate | 0.06 | ''           | ''   | a number such as 0.06",
        "learning rate | 0.06 | ٠.٠٦         | ٠.٠٦ | a number such as 0.06",
        "loss | 0.0125 | '\"0,0125\"' | 0,0125 | a number such as 0.06",
        "loss | 0.0125 | NA | NA | a number such as 0.06",
        "test accuracy | 0.9871 | 98.71 % | 98.71 % | a number such as 0.06",
        "test accuracy | 0.9871 | '\"1,234.5\"' | 1,234.5 | a number such as 0.06",
        "updates | 6000 | '\"6,000\"' | 6,000 | a whole number",
        "updates | 6000 | 6000.0 | 6000.0 | a whole number",
        "updates | 6000 | 6e3 | 6e3 | a whole number",
        "updates | 6000 | 99999999999 | 99999999999 | a whole number",
        "seed | ',7,' | ',7.5,' | 7.5 | a whole number",
        "seed | ',7,' | ',99999999999999999999,' | 99999999999999999999 | a whole number",
        "seed | ',7,' | ',,' | '' | a whole number",
        "filters | ',30,' | ',thirty,' | thirty | a whole number",
      })
  void numbersAreReadStrictly(String column, String good, String bad, String shown, String expected)
      throws IOException {
    String line = ROW.replace(good, bad);
    assertTrue(!line.equals(ROW));
    for (String[] at : new String[][] {{"", "2"}, {ROW, "3"}, {ROW + "\n\n", "5"}}) {
      refused(
          "line %s of # holds \"%s\" as %s, expected %s; mend the line or delete it"
              .formatted(at[1], shown, column, expected),
          HEADER + at[0] + line);
    }
  }

  @Test
  void refusesWhatIsNoLedger() throws IOException {
    refused(
        "semicolons divide the columns of #, expected commas; save it as CSV with commas",
        (HEADER + ROW).replace(",", ";"));
    refused(
        "column 1 of # is \"a\", expected \"finished\"; mend its first line or choose another file",
        "a,b\n1,2\n");
    String noText = "# holds bytes that are no text in UTF-8; mend it or save it as CSV in UTF-8";
    refused(noText, "PK\3\4\0\0\n"); // a spreadsheet's own format
    refused(noText, HEADER + ROW + "\0".repeat(90) + "\n"); // as after a power cut
    refused(
        "column 19 of # is \"notes\", expected none; mend its first line or choose another file",
        HEADER.strip() + ",notes\n");
    refused(
        "column 18 of # is none, expected \"test accuracy\"; mend its first line or choose another file",
        HEADER.replace(",test accuracy", ""));
    Ledger latin = ledger(withData("größe"), StandardCharsets.ISO_8859_1);
    assertEquals(
        "Ledger: %s holds bytes that are no text in UTF-8; mend it or save it as CSV in UTF-8"
            .formatted(folder.resolve("ledger.csv")),
        assertThrows(UncheckedIOException.class, () -> Tables.ledger(latin)).getMessage());
    refused(
        "the last row of # is cut off, expected a line's end; complete the row or delete it",
        HEADER + ROW.strip());
    refused("line 3 of # has not 18 cells; mend the line or delete it", HEADER + ROW + "1,2,3\n");
    refused(
        "line 2 of # has not 18 cells; mend the line or delete it",
        HEADER + ROW.replace("0.06", "0,06"));
    Ledger wide = ledger(HEADER + ROW, StandardCharsets.UTF_16);
    String said = assertThrows(UncheckedIOException.class, () -> Tables.ledger(wide)).getMessage();
    assertTrue(said.endsWith("no text in UTF-8; mend it or save it as CSV in UTF-8"), said);
    String nowhere = folder.resolve("nowhere.csv").toString();
    assertEquals(
        "Tables: there is no ledger " + nowhere + " yet; run an experiment first",
        assertThrows(IllegalStateException.class, () -> Tables.ledger(new Ledger(nowhere)))
            .getMessage());
  }

  /** Rows follow, whatever a spreadsheet has done to the beginning; nothing of it changes. */
  @Test
  void rowsAreAppendedToWhatIsThere() throws IOException {
    Experiment experiment = Experiment.of(TinyMnist.config());
    TrainingRun run = experiment.newRun(TinyMnist.load(40, 10)).train();
    String windows = HEADER.replace("\n", "\r\n");
    for (String before :
        new String[] {
          "",
          HEADER,
          "\ufeff" + HEADER + ROW,
          windows,
          windows + ROW.replace("\n", "\r\n"),
          windows + ROW + ROW.replace("\n", "\r\n"),
          HEADER.replace("\n", "\r") + ROW.replace("\n", "\r"), // an old Mac's
          quoted(HEADER)
        }) {
      Ledger ledger = ledger(before, StandardCharsets.UTF_8);
      int rows = before.isEmpty() ? 0 : Tables.ledger(ledger).rowCount();
      for (int appended = 1; appended <= 3; appended++) {
        ledger.append("NA", experiment, run);
        assertTrue(Files.readString(folder.resolve("ledger.csv")).startsWith(before));
        Table table = Tables.ledger(ledger);
        assertEquals(rows + appended, table.rowCount());
        assertEquals("NA", table.last(1).stringColumn("data").get(0));
      }
    }
  }

  @Test
  void anEmptyFileIsALedgerWithoutRows() throws IOException {
    Experiment experiment = Experiment.of(TinyMnist.config());
    TrainingRun run = experiment.newRun(TinyMnist.load(40, 10)).train();
    for (String blank : new String[] {"", "\ufeff", "\n", " \r\n"}) {
      Ledger ledger = ledger(blank, StandardCharsets.UTF_8);
      assertEquals(0, Tables.ledger(ledger).rowCount());
      assertEquals(Ledger.COLUMNS, Tables.ledger(ledger).columnNames());
      ledger.append("tiny", experiment, run);
      ledger.append("tiny", experiment, run);
      assertEquals(2, Tables.ledger(ledger).rowCount());
    }
  }
}
