package convnet.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.notebook.Tables;
import convnet.testing.TinyMnist;
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
      "7,2026-11-26T23:58:22Z,mnist,5000,0,0badcafe,\"conv 30 5x5, affine 10\",0.01,AdaGrad,0.06,,0.0,"
          + "constant,100,10,7,before update,12ab34cd,JDK 17,6000,12.25,0.0125,0.9984,,0.9871,22\n";
  private static final String DIVERGED =
      "8,2026-11-26T23:59:22Z,mnist,5000,0,0badcafe,affine 10,He,Momentum,1.0E30,0.9,0.0,cosine,100,10,"
          + "-9223372036854775808,after update,12ab34cd,JDK 17,3,0.02,,,,,\n";

  @TempDir Path folder;

  private Ledger ledger(String text, Charset charset) throws IOException {
    Path file = folder.resolve("ledger.csv");
    Files.write(file, text.getBytes(charset));
    return new Ledger(folder.toString());
  }

  private Table read(String text) throws IOException {
    return ledger(text, StandardCharsets.UTF_8).table();
  }

  private void refused(String message, String text) throws IOException {
    Ledger ledger = ledger(text, StandardCharsets.UTF_8);
    String said = assertThrows(UncheckedIOException.class, () -> ledger.table()).getMessage();
    assertEquals("Ledger: " + message.replace("#", folder.resolve("ledger.csv").toString()), said);
  }

  /** What Tablesaw's own reader makes of it: right, where no name is NA and no comma is decimal. */
  private static Table oracle(String text) {
    List<ColumnType> types = new ArrayList<>();
    Ledger.COLUMNS.forEach(
        name ->
            types.add(
                switch (name) {
                  case "learning rate", "momentum", "weight decay", "seconds", "loss" ->
                      ColumnType.DOUBLE;
                  case "train accuracy", "validation accuracy", "test accuracy" ->
                      ColumnType.DOUBLE;
                  case "run", "images", "validation", "batch size", "epochs" -> ColumnType.INTEGER;
                  case "updates", "living filters" -> ColumnType.INTEGER;
                  case "seed" -> ColumnType.LONG;
                  default -> ColumnType.STRING;
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
        "1,2026,mnist,5,0,a,relu,He,Adam,1e-3,,1E-2,cosine,3,1,0,x,l,m,2,0.19,2.2934,0.1,,0.9843,\n",
        "\"1\",2026,\"mnist\",5,0,a,relu,He,\"Adam\",\"1\",0.5,0,cosine,3,1,0,x,l,m,2,0,2,0.1,1,1,0\n",
        "1,yesterday,fashion mnist,5,0,a,relu,He,Adam,1,,0,c,3,1,9223372036854775806,x,l,m,2,0,2,0,1,1,\n",
        " 1 , 2026 , mnist , 5 , 0 , a , relu , He , SGD , 1 , 0 , 0 , c , 3 , 1 , 0 , x , l , m , 2 , 0 , 2"
            + " , 0 , 1 , 1 , 3 \n",
        "1,2026-11-26,größe 数字,5,0,a,relu,He,Adam,1,,0,c,3,1,0,x,l,m,2,0.19,2.2934,0.1,,1,\n",
        "1,2026,\"a, b \"\"c\"\"\",5,0,a,\"conv 1 3x3, relu\",He,Adam,1,,0,c,3,1,0,x,l,\"m, n\",2,0,2,0,,1,\n",
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
    assertEquals(
        "#2",
        read(HEADER + ROW.replace("2026-11", "#2026-11").replace("7,#", "7,#"))
            .stringColumn("finished")
            .get(0)
            .substring(0, 2));
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
        "batch size | ',100,' | ',hundred,' | hundred | a whole number",
        "living filters | ',22' | ',2.5' | 2.5 | a whole number",
        "run | '7,2026' | '7b,2026' | 7b | a whole number",
        "momentum | ',0.06,,' | ',0.06,half,' | half | a number such as 0.06",
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
        "column 1 of # is \"a\", expected \"run\"; mend its first line or choose another folder",
        "a,b\n1,2\n");
    String noText = "# holds bytes that are no text in UTF-8; mend it or save it as CSV in UTF-8";
    refused(noText, "PK\3\4\0\0\n"); // a spreadsheet's own format
    refused(noText, HEADER + ROW + "\0".repeat(90) + "\n"); // as after a power cut
    refused(
        "column 27 of # is \"notes\", expected none; mend its first line or choose another folder",
        HEADER.strip() + ",notes\n");
    refused(
        "column 26 of # is none, expected \"living filters\"; mend its first line or choose another folder",
        HEADER.replace(",living filters", ""));
    Ledger latin = ledger(withData("größe"), StandardCharsets.ISO_8859_1);
    assertEquals(
        "Ledger: %s holds bytes that are no text in UTF-8; mend it or save it as CSV in UTF-8"
            .formatted(folder.resolve("ledger.csv")),
        assertThrows(UncheckedIOException.class, () -> latin.table()).getMessage());
    refused(
        "the last row of # is cut off, expected a line's end; complete the row or delete it",
        HEADER + ROW.strip());
    refused("line 3 of # has not 26 cells; mend the line or delete it", HEADER + ROW + "1,2,3\n");
    refused(
        "line 2 of # has not 26 cells; mend the line or delete it",
        HEADER + ROW.replace("0.06", "0,06"));
    Ledger wide = ledger(HEADER + ROW, StandardCharsets.UTF_16);
    String said = assertThrows(UncheckedIOException.class, () -> wide.table()).getMessage();
    assertTrue(said.endsWith("no text in UTF-8; mend it or save it as CSV in UTF-8"), said);
  }

  /** Rows follow, whatever a spreadsheet has done to the beginning; nothing of it changes. */
  @Test
  void rowsAreAppendedToWhatIsThere() throws IOException {
    Experiment experiment = Experiment.of(TinyMnist.config());
    Samples samples = Samples.of("NA", TinyMnist.load(40, 10));
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
      int rows = before.isEmpty() ? 0 : ledger.table().rowCount();
      for (int appended = 1; appended <= 3; appended++) {
        ledger.append(experiment, experiment.newRun(samples).train(), samples);
        assertTrue(Files.readString(folder.resolve("ledger.csv")).startsWith(before));
        Table table = ledger.table();
        assertEquals(rows + appended, table.rowCount());
        assertEquals("NA", table.last(1).stringColumn("data").get(0));
      }
    }
  }

  @Test
  void anEmptyFileIsALedgerWithoutRows() throws IOException {
    Experiment experiment = Experiment.of(TinyMnist.config());
    Samples samples = Samples.of("NA", TinyMnist.load(40, 10));
    for (String blank : new String[] {"", "\ufeff", "\n", " \r\n"}) {
      Ledger ledger = ledger(blank, StandardCharsets.UTF_8);
      assertEquals(0, ledger.table().rowCount());
      assertEquals(Ledger.COLUMNS, ledger.table().columnNames());
      ledger.append(experiment, experiment.newRun(samples).train(), samples);
      ledger.append(experiment, experiment.newRun(samples).train(), samples);
      assertEquals(2, ledger.table().rowCount());
    }
  }
}
