package convnet.data;

import convnet.array.Heap;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * Named arrays in one file, as {@code numpy.savez} writes and {@code numpy.load} reads them: a zip
 * archive with an {@code .npy} file for each (NumPy, NEP 1). Numbers and shapes, nothing that could
 * be executed.
 */
public final class NpzFile {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
  private static final Pattern HEADER =
      Pattern.compile(
          "\\{'descr': '([^']*)', 'fortran_order': (True|False), 'shape': \\(([0-9, ]*)\\), \\}\\s*");

  private NpzFile() {}

  /**
   * Writes arrays of 4-byte floats, the file whole or not at all ({@link WholeFile}).
   *
   * @param file its name ends in {@code .npz}
   * @param arrays by name, as {@link convnet.net.Network#params()} gives them
   * @throws IOException if it cannot be written
   */
  public static void write(String file, Map<String, Tensor> arrays) throws IOException {
    WholeFile.replace(
        "NpzFile",
        file,
        out -> {
          try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (Map.Entry<String, Tensor> array : arrays.entrySet()) {
              put(zip, array.getKey() + ".npy", npy(array.getValue()));
            }
          }
        });
  }

  private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    ZipEntry entry = new ZipEntry(name);
    entry.setTimeLocal(NO_TIME); // the same numbers give the same file
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(bytes.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(bytes);
    zip.closeEntry();
  }

  /** The content of an .npy file, version 1.0. */
  private static byte[] npy(Tensor tensor) {
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
   * Reads every array of a file; numbers of 8 bytes are rounded to 4.
   *
   * @return by name, in the file's order
   * @throws IOException if there is no such file, it is truncated or damaged, or holds anything but
   *     row-major arrays of floats
   */
  public static Map<String, Tensor> read(String file) throws IOException {
    if (!Files.isRegularFile(Path.of(file))) {
      throw new IOException("NpzFile: there is no file " + file);
    }
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    // An archive holds each name twice: before the array, where this reads, and in a list.
    try (ZipFile list = new ZipFile(file);
        ZipInputStream in = new ZipInputStream(new FileInputStream(file))) {
      Set<String> names = new HashSet<>();
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        String name = entry.getName();
        if (!name.endsWith(".npy")) {
          throw new IOException(
              "NpzFile: expected .npy arrays in %s, found %s".formatted(file, name));
        }
        if (list.getEntry(name) == null || !names.add(name)) {
          throw new ZipException("the name of " + name);
        }
        arrays.put(name.substring(0, name.length() - 4), tensor(file, entry, in));
      }
      if (names.size() != list.size()) {
        throw new ZipException("%s arrays of %s".formatted(names.size(), list.size()));
      }
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new IOException(
          "NpzFile: %s is truncated or damaged (%s)".formatted(file, e.getMessage()), e);
    }
    return arrays;
  }

  private static Tensor tensor(String file, ZipEntry entry, InputStream in) throws IOException {
    String what = entry.getName() + " in " + file;
    try {
      ByteBuffer start = take(in, MAGIC.length + 2);
      byte[] magic = new byte[MAGIC.length];
      start.get(magic);
      int major = start.get();
      if (!Arrays.equals(magic, MAGIC) || major < 1 || major > 3) {
        throw new IOException("NpzFile: " + what + " is not an .npy array");
      }
      long length =
          major == 1 ? take(in, 2).getShort() & 0xffff : take(in, 4).getInt() & 0xffffffffL;
      if (length > 1 << 16) {
        throw new IOException("NpzFile: " + what + " has a header of " + length + " bytes");
      }
      ByteBuffer header = take(in, (int) length);
      Matcher fields = HEADER.matcher(StandardCharsets.ISO_8859_1.decode(header));
      if (!fields.matches()
          || !fields.group(1).matches("<f[48]")
          || !fields.group(2).equals("False")) {
        header.rewind();
        throw new IOException(
            "NpzFile: expected row-major floats ('<f4' or '<f8') in %s, got %s"
                .formatted(what, StandardCharsets.ISO_8859_1.decode(header).toString().strip()));
      }
      int width = fields.group(1).charAt(2) - '0';
      Shape shape = shape(fields.group(3));
      // Compared before room is made: a wrong header costs no memory.
      long expected =
          MAGIC.length + 2 + (major == 1 ? 2 : 4) + length + (long) width * shape.size();
      if (entry.getSize() != expected) {
        throw new IOException(
            "NpzFile: %s should have %s bytes for its shape %s, it has %s"
                .formatted(what, expected, shape, entry.getSize()));
      }
      ByteBuffer numbers = take(in, Math.multiplyExact(width, shape.size()));
      float[] values = new float[shape.size()];
      for (int i = 0; i < values.length; i++) {
        values[i] = width == 4 ? numbers.getFloat() : (float) numbers.getDouble();
      }
      if (in.read() != -1) {
        throw new IOException("NpzFile: " + what + " is longer than its shape says");
      }
      return Tensor.wrap(values, shape);
    } catch (BufferUnderflowException | ArithmeticException e) {
      throw new IOException("NpzFile: " + what + " is truncated or damaged", e);
    }
  }

  private static ByteBuffer take(InputStream in, int bytes) throws IOException {
    byte[] taken;
    try {
      taken = in.readNBytes(bytes);
    } catch (OutOfMemoryError e) {
      throw new IOException(Heap.tooSmall("NpzFile: an array", bytes), e);
    }
    if (taken.length < bytes) {
      throw new EOFException("ends early");
    }
    return ByteBuffer.wrap(taken).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static Shape shape(String dims) {
    String[] parts = dims.isBlank() ? new String[0] : dims.replaceAll(",\\s*$", "").split(",");
    int[] shape = new int[parts.length];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = Integer.parseInt(parts[i].strip());
    }
    return Shape.of(shape);
  }
}
