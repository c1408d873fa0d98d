package convnet.data;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * The format of one array (NumPy, NEP 1): magic and version, a header that is a Python literal such
 * as {@code {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }}, then the numbers.
 */
final class NpyArray {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int MOST = Integer.MAX_VALUE / 8; // numbers in an array
  private static final int MOST_AXES = 64; // as in NumPy
  private static final String AGAIN = "save it again with numpy.savez";
  private static final int LONGEST_HEADER = 10_000; // NumPy's own limit

  /** One entry: its key, then a string, True or False, or a tuple; and what divides it. */
  private static final Pattern ENTRY =
      Pattern.compile(
          "\\s*u?(?:'(\\w+)'|\"(\\w+)\")\\s*:\\s*u?"
              + "('[^']*'|\"[^\"]*\"|True|False|\\([\\d\\sL,]*\\))"
              + "\\s*(,|\\z)");

  private static final Pattern FLOATS =
      Pattern.compile(
          "([<>=|]?)(?:(f2|float16|e|half)|(f4|float32|f|single)|f8|float64|float|d|double)");

  private NpyArray() {}

  /** The content of an .npy file, version 1.0. */
  static byte[] bytes(Tensor tensor) {
    StringBuilder header = new StringBuilder("{'descr': '<f4', 'fortran_order': False, 'shape': (");
    for (int dim : tensor.shape().toArray()) {
      header.append(dim).append(", ");
    }
    if (tensor.rank() > 1) { // as Python writes a tuple: (3, 4) but (3,)
      header.setLength(header.length() - 2);
    } else if (tensor.rank() == 1) {
      header.setLength(header.length() - 1);
    }
    header.append("), }");
    while ((MAGIC.length + 4 + header.length() + 1) % 64 != 0) {
      header.append(' ');
    }
    header.append('\n');
    ByteBuffer bytes =
        ByteBuffer.allocate(MAGIC.length + 4 + header.length() + 4 * tensor.size())
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) header.length());
    bytes.put(header.toString().getBytes(StandardCharsets.US_ASCII));
    bytes.asFloatBuffer().put(tensor.array());
    return bytes.array();
  }

  /**
   * Reads an array of floats of 2, 4 or 8 bytes, in either byte order and either order of axes.
   *
   * @param what names it in errors
   * @param size how many bytes there are
   * @throws IOException if it is damaged or anything else
   */
  static Tensor read(String what, InputStream in, long size) throws IOException {
    ByteBuffer start = take(what, in, MAGIC.length + 2);
    byte[] magic = new byte[MAGIC.length];
    start.get(magic);
    int major = start.get();
    if (!Arrays.equals(magic, MAGIC) || major < 1 || major > 3) {
      throw new IOException(what + " is no .npy array of version 1 to 3; " + AGAIN);
    }
    int width = major == 1 ? 2 : 4; // of the header's length
    ByteBuffer length = take(what, in, width);
    long headed = width == 2 ? length.getShort() & 0xffff : length.getInt() & 0xffffffffL;
    if (headed > LONGEST_HEADER) {
      throw new IOException(
          "%s has a header of %s bytes, expected at most %s; %s"
              .formatted(what, headed, LONGEST_HEADER, AGAIN));
    }
    String header = StandardCharsets.ISO_8859_1.decode(take(what, in, (int) headed)).toString();
    Map<String, String> fields = fields(what, header);
    Matcher floats = FLOATS.matcher(fields.get("descr"));
    if (!floats.matches()) {
      throw new IOException(
          "%s is of the type %s, expected floats ('<f4' or '<f8'); save it with %s or leave it out"
              .formatted(what, GivenFile.shortened(fields.get("descr")), ".astype(\"float32\")"));
    }
    int bytes = floats.group(2) != null ? 2 : floats.group(3) != null ? 4 : 8;
    int[] dims = dims(what, fields.get("shape"));
    // Compared before room is made: a wrong header costs no memory.
    long expected = MAGIC.length + 2 + width + headed + bytes * count(dims);
    if (size != expected) {
      throw new IOException(
          "%s should have %s bytes for its shape %s, it has %s; %s"
              .formatted(what, expected, Shape.of(dims), size, AGAIN));
    }
    ByteBuffer numbers = take(what, in, (int) (bytes * count(dims)));
    if (floats.group(1).equals(">")) {
      numbers.order(ByteOrder.BIG_ENDIAN);
    }
    float[] values = new float[(int) count(dims)];
    for (int i = 0; i < values.length; i++) {
      values[i] = number(what, numbers, bytes);
    }
    if (fields.get("fortran_order").equals("False") || dims.length < 2) {
      return Tensor.wrap(values, Shape.of(dims));
    }
    // The first index runs fastest: the transposed array, row by row.
    int[] reversed = IntStream.range(0, dims.length).map(i -> dims.length - 1 - i).toArray();
    int[] turned = IntStream.of(reversed).map(i -> dims[i]).toArray();
    return Tensor.wrap(values, Shape.of(turned)).transpose(reversed);
  }

  private static ByteBuffer take(String what, InputStream in, int bytes) throws IOException {
    byte[] taken = in.readNBytes(bytes);
    if (taken.length < bytes) {
      throw new IOException(what + " is truncated or damaged, it ends early; " + AGAIN);
    }
    return ByteBuffer.wrap(taken).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** The header's three fields; strings without their quotes. */
  private static Map<String, String> fields(String what, String header) throws IOException {
    Map<String, String> fields = new HashMap<>();
    String dict = header.strip();
    boolean braces = dict.startsWith("{") && dict.endsWith("}");
    String rest = braces ? dict.substring(1, dict.length() - 1).stripTrailing() : "";
    Matcher entry = ENTRY.matcher(rest);
    int end = 0;
    while (entry.find(end) && entry.start() == end) {
      String key = entry.group(1) != null ? entry.group(1) : entry.group(2);
      fields.put(key, entry.group(3));
      end = entry.end();
      if (end == rest.length()) {
        break;
      }
    }
    boolean whole =
        end == rest.length()
            && fields.size() == 3
            && fields.getOrDefault("descr", "").matches("['\"].*")
            && fields.getOrDefault("fortran_order", "").matches("True|False")
            && fields.getOrDefault("shape", "").startsWith("(");
    if (!whole) {
      throw new IOException(
          "%s has the header \"%s\", expected one such as %s; %s"
              .formatted(
                  what,
                  GivenFile.shortened(header),
                  "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }",
                  AGAIN));
    }
    fields.computeIfPresent("descr", (key, quoted) -> quoted.substring(1, quoted.length() - 1));
    return fields;
  }

  /** A tuple's numbers; {@code (3)}, which NumPy refuses, is how JetBrains' library writes (3,). */
  private static int[] dims(String what, String tuple) throws IOException {
    String inner = tuple.substring(1, tuple.length() - 1).replaceAll("L?\\s*(,|$)", "$1").strip();
    String[] parts = inner.isEmpty() ? new String[0] : inner.split(",");
    if (!inner.matches("[\\d\\s,]*")
        || inner.matches("(?s).*(\\d\\s+\\d|,\\s*,).*|,.*")
        || parts.length > MOST_AXES) {
      throw new IOException(
          "%s has the shape %s, expected one such as (3, 4); %s"
              .formatted(what, GivenFile.shortened(tuple), AGAIN));
    }
    int[] dims = new int[parts.length];
    for (int i = 0; i < dims.length; i++) {
      String number = parts[i].strip();
      dims[i] = number.length() > 9 ? Integer.MAX_VALUE : Integer.parseInt(number);
      if (dims[i] == 0) {
        throw new IOException(
            "%s is empty, its shape is %s; leave it out"
                .formatted(what, GivenFile.shortened(tuple)));
      }
    }
    if (count(dims) > MOST) {
      throw new IOException(
          "%s has the shape %s, expected at most %s numbers; divide it"
              .formatted(what, GivenFile.shortened(tuple), MOST));
    }
    return dims;
  }

  private static long count(int[] dims) {
    double count = 1;
    for (int dim : dims) {
      count *= dim;
    }
    return (long) count; // exact as far as it matters: below 2^53
  }

  private static float number(String what, ByteBuffer numbers, int bytes) throws IOException {
    if (bytes == 2) {
      return HalfFloat.value(numbers.getShort());
    }
    if (bytes == 4) {
      return numbers.getFloat();
    }
    double number = numbers.getDouble();
    if (Double.isFinite(number) && Float.isInfinite((float) number)) {
      throw new IOException(
          "%s holds %s, expected numbers of at most 3.4E38, as floats are; scale it down"
              .formatted(what, number));
    }
    return (float) number;
  }
}
