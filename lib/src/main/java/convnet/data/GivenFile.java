package convnet.data;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A file or folder that a learner has named: where it is, and what to say if it is something else
 * than a reader takes. Most files that "are damaged" are whole, but of another kind.
 */
public final class GivenFile {
  /** So many bytes tell a file's kind. */
  static final int HEAD = 512;

  private static final String SENTENCE = "%s: expected %s, but %s is %s; %s";
  private static final String AGAIN = "download the file itself";
  private static final String WHOLE = "copy or download it again";
  private static final String UNPACK = "unpack it first";
  private static final String SAVE =
      "load it in Python and save its arrays with numpy.savez(\"params.npz\", W1=W1, b1=b1, ...)";
  private static final String OTHER = "choose another file";

  /** How files of each kind begin, their bytes as characters; then what they are, and a remedy. */
  private static final Map<Pattern, String[]> KINDS = new LinkedHashMap<>();

  static {
    kind("\\z", "empty", WHOLE);
    kind("version https://git-lfs", "a Git LFS pointer to the file", "run git lfs pull");
    kind("(?i)(\u00ef\u00bb\u00bf)?\\s*<svg", "a drawing (SVG)", "save it as PNG");
    kind("(?i)(\u00ef\u00bb\u00bf)?\\s*<(!doctype|html|head|body|\\?xml)", "a web page", AGAIN);
    kind("\u001f\u008b", "compressed by gzip", UNPACK);
    kind("PK\3\4", "a zip archive", UNPACK);
    kind("PK\5\6", "a zip archive without files", WHOLE);
    kind("BZh", "compressed by bzip2", UNPACK);
    kind("\u00fd7zXZ", "compressed by xz", UNPACK);
    kind("\\(\u00b5/\u00fd", "compressed by Zstandard", UNPACK);
    kind("7z\u00bc\u00af", "a 7z archive", UNPACK);
    kind("Rar!", "a RAR archive", UNPACK);
    kind("\u0093NUMPY", "a single NumPy array (.npy)", SAVE);
    kind("\u0080[\1-\5]|[\\]}]q\0|\\([dl]p\\d", "a Python pickle, which could run any code", SAVE);
    kind("\u0089HDF", "an HDF5 file", SAVE);
    kind("\u0089PNG", "a PNG picture", OTHER);
    kind("\u00ff\u00d8\u00ff", "a JPEG picture", OTHER);
    kind("GIF8", "a GIF picture", OTHER);
    kind("....ftyp(hei|hev|mif|msf)", "a HEIC picture", "save it as JPEG or PNG");
    kind("....ftypavi", "an AVIF picture", "save it as JPEG or PNG");
    kind("RIFF....WEBP", "a WebP picture", "save it as JPEG or PNG");
    kind("%PDF", "a PDF document", OTHER);
    kind("\0\0[\b-\16][\1-\4]", "an IDX file, as MNIST's are", OTHER);
  }

  private GivenFile() {}

  private static void kind(String start, String name, String remedy) {
    KINDS.put(Pattern.compile(start, Pattern.DOTALL), new String[] {name, remedy});
  }

  /**
   * The absolute path of a file.
   *
   * @param reader begins the error
   * @throws IOException if there is no such file, it is a folder, or it may not be read
   */
  public static Path file(String reader, String name) throws IOException {
    Path path = there(reader, "file", name);
    if (Files.isDirectory(path)) {
      throw new IOException(
          "%s: %s is a folder, expected a file; name a file in it".formatted(reader, path));
    }
    if (!Files.isRegularFile(path)) {
      throw new IOException(
          "%s: %s is a device or a pipe, expected a file; save it as one".formatted(reader, path));
    }
    return readable(reader, path);
  }

  /**
   * The absolute path of a folder.
   *
   * @param reader begins the error
   * @throws IOException if there is no such folder, it is a file, or it may not be read
   */
  public static Path folder(String reader, String name) throws IOException {
    Path path = there(reader, "folder", name);
    if (!Files.isDirectory(path)) {
      throw new IOException(
          "%s: %s is a file, expected a folder; name the folder it lies in"
              .formatted(reader, path));
    }
    return readable(reader, path);
  }

  private static Path there(String reader, String kind, String name) throws IOException {
    Path path = path(reader, name);
    if (!Files.exists(path)) {
      String home = System.getProperty("user.home");
      boolean hidden = !Files.notExists(path); // in a folder into which one may not look
      throw new IOException(
          "%s: %s %s %s%s"
              .formatted(
                  reader,
                  hidden ? "you may not see the" : "there is no",
                  kind,
                  path,
                  name.startsWith("~")
                      ? "; Java does not read ~ as your home folder, write " + home
                      : ""));
    }
    return path;
  }

  /** The absolute path of what need not be there. */
  public static Path path(String reader, String name) throws IOException {
    try {
      Path given = Path.of(name).toAbsolutePath();
      Path plain = given.normalize(); // another file, where .. follows a symbolic link
      boolean same = !Files.exists(given) || Files.exists(plain) && Files.isSameFile(given, plain);
      return same ? plain : given;
    } catch (InvalidPathException e) {
      throw new IOException(
          "%s: no file can be called so: %s".formatted(reader, e.getMessage()), e);
    }
  }

  static Path readable(String reader, Path path) throws IOException {
    if (!Files.isReadable(path)) {
      throw new IOException(
          "%s: %s may not be read by you; change its permissions".formatted(reader, path));
    }
    return path;
  }

  /** The first bytes of a file. */
  public static byte[] head(Path file) throws IOException {
    // Not Files.newInputStream: that one breaks off when the thread is interrupted.
    try (InputStream in = new FileInputStream(file.toFile())) {
      return in.readNBytes(HEAD);
    }
  }

  /**
   * A sentence on a file of another kind.
   *
   * @param expected what the reader takes
   * @param head the file's first bytes
   */
  public static String otherKind(String reader, Path file, String expected, byte[] head) {
    String start = new String(head, StandardCharsets.ISO_8859_1);
    byte[] first = Arrays.copyOf(head, Math.min(8, head.length));
    String bytes = HexFormat.ofDelimiter(" ").formatHex(first);
    String[] kind = {"something else, beginning with the bytes " + bytes, OTHER};
    if (start.matches("[\\s\\x20-\\x7e]+")) {
      kind[0] = "text that begins with \"%s\"".formatted(shortened(start));
      kind[1] = "look into it";
    }
    for (Map.Entry<Pattern, String[]> known : KINDS.entrySet()) {
      if (known.getKey().matcher(start).lookingAt()) {
        kind = known.getValue();
        break;
      }
    }
    String remedy = kind[1].equals(SAVE) && !reader.equals("NpzFile") ? OTHER : kind[1];
    return SENTENCE.formatted(reader, expected, file, kind[0], remedy);
  }

  /** As {@link #otherKind} for PyTorch's files, which are zip archives like NumPy's. */
  static String torch(String reader, Path file, String expected) {
    return SENTENCE.formatted(reader, expected, file, "what torch.save wrote", SAVE);
  }

  /** The beginning of a text, in one line. */
  public static String shortened(String text) {
    String line = text.replaceAll("[\\p{Cc}\\s]+", " ").strip();
    return line.length() > 90 ? line.substring(0, 87) + "..." : line;
  }
}
