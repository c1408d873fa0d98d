package convnet.lab;

import convnet.data.GivenFile;
import convnet.data.WholeFile;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The text of a ledger: a CSV file, the columns' names in its first line. It is exchanged whole, so
 * that whatever interrupts an append leaves no half row.
 */
final class LedgerFile {
  private static final String MARK = "\ufeff"; // a byte-order mark, which spreadsheets add

  private final String file;
  private final List<String> columns;

  LedgerFile(String file, List<String> columns) {
    this.file = file;
    this.columns = columns;
  }

  /** The cells of a new row, which may need its number. */
  interface Row {
    List<String> cells(int number) throws IOException;
  }

  /**
   * Appends a row, while nobody else does.
   *
   * @return its number, one above the largest so far
   */
  int append(Row row) throws IOException {
    int[] number = {0};
    WholeFile.alone(
        () -> {
          byte[] before = bytes();
          text(before);
          number[0] = 1 + largestNumber(before);
          write(before, line(row.cells(number[0])));
        });
    return number[0];
  }

  private void write(byte[] before, String line) throws IOException {
    String text = decoded(before);
    String end = text.contains("\r\n") ? "\r\n" : "\n"; // a spreadsheet's
    boolean blank = text.isBlank();
    WholeFile.replace(
        "Ledger",
        file,
        out -> {
          out.write(blank ? new byte[0] : before);
          out.write(utf8((blank ? line(columns) + end : "") + line + end));
        });
  }

  private static String line(List<String> cells) {
    return String.join(",", cells.stream().map(LedgerFile::cell).toList());
  }

  private static String cell(String text) {
    return text.matches("(?s).*[,\"].*") ? "\"" + text.replace("\"", "\"\"") + "\"" : text;
  }

  /**
   * Of the first cells; 0 without rows. What is no number there is named when the rows are read.
   */
  private static int largestNumber(byte[] bytes) {
    return decoded(bytes)
        .lines()
        .map(line -> line.split(",", 2)[0].replace("\"", "").strip())
        .filter(cell -> cell.matches("[0-9]{1,9}"))
        .mapToInt(Integer::parseInt)
        .max()
        .orElse(0);
  }

  /**
   * Its rows, the columns' names above them, as they stand in the file; lines end with \n. Only the
   * names if there is no file yet.
   *
   * @throws IOException if the file cannot be read or is no such ledger
   */
  String text() throws IOException {
    return text(bytes());
  }

  /** Not Files.readAllBytes: that one breaks off when the thread is interrupted. */
  private byte[] bytes() throws IOException {
    if (!Files.exists(GivenFile.path("Ledger", file))) {
      return new byte[0];
    }
    try (InputStream in = new FileInputStream(GivenFile.file("Ledger", file).toFile())) {
      return in.readAllBytes();
    }
  }

  private String text(byte[] bytes) throws IOException {
    String text = decoded(bytes).replaceAll("\r\n?", "\n"); // line ends of Windows and of old Macs
    Path path = GivenFile.path("Ledger", file);
    if (text.isBlank()) {
      return line(columns) + "\n";
    }
    String header = text.lines().findFirst().orElseThrow().replace("\"", ""); // quoted, perhaps
    if (header.equals(String.join(";", columns))) {
      throw new IOException(
          "Ledger: semicolons divide the columns of %s, expected commas; save it as CSV with commas"
              .formatted(path));
    }
    if (text.indexOf('\ufffd') >= 0 || text.indexOf('\0') >= 0) {
      throw new IOException(
          "Ledger: %s holds bytes that are no text in UTF-8; mend it or save it as CSV in UTF-8"
              .formatted(path));
    }
    List<String> found = List.of(header.split(",", -1));
    for (int c = 0; c < Math.max(found.size(), columns.size()); c++) {
      String expected = quoted(columns, c);
      String got = quoted(found, c);
      if (!expected.equals(got)) {
        throw new IOException(
            "Ledger: column %s of %s is %s, expected %s; mend its first line or choose another folder"
                .formatted(c + 1, path, got, expected));
      }
    }
    if (!text.endsWith("\n")) {
      throw new IOException(
          "Ledger: the last row of %s is cut off, expected a line's end; complete the row or delete it"
              .formatted(path));
    }
    return text;
  }

  private static String quoted(List<String> names, int i) {
    return i < names.size() ? "\"" + GivenFile.shortened(names.get(i)) + "\"" : "none";
  }

  private static String decoded(byte[] bytes) {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.startsWith(MARK) ? text.substring(MARK.length()) : text;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
