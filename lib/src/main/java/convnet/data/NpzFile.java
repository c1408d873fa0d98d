package convnet.data;

import static java.nio.charset.StandardCharsets.UTF_8;

import convnet.array.Heap;
import convnet.tensor.Tensor;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Named arrays in one file, as {@code numpy.savez} writes and {@code numpy.load} reads them: a zip
 * archive with an {@code .npy} file for each (NumPy, NEP 1). Numbers and shapes, nothing that could
 * be executed.
 */
public final class NpzFile {
  private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);
  private static final int LOCAL = 0x504b0304; // PK34 stands before each array
  private static final int LOCAL_HEADER = 30; // bytes before its name
  private static final double MOST_DEFLATED = 1100; // bytes that one byte can stand for: 1032
  private static final Map<Integer, String> METHODS =
      Map.of(9, "Deflate64", 12, "bzip2", 14, "LZMA", 93, "Zstandard", 95, "xz");

  private static final String EXPECTED = "a file that numpy.savez wrote";

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
              put(zip, array.getKey() + ".npy", bytes(array.getValue()));
            }
          }
        });
  }

  private static byte[] bytes(Tensor array) throws IOException {
    try {
      return NpyArray.bytes(array);
    } catch (OutOfMemoryError e) {
      throw new IOException(Heap.tooSmall("NpzFile: writing an array", 8L * array.size()), e);
    }
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

  /**
   * Reads every array of a file; numbers of 8 bytes are rounded to 4. Folders in the archive, and
   * what macOS adds to it, are passed over.
   *
   * @return by name, in the order of the archive's directory
   * @throws IOException if there is no such file, it is truncated or damaged, holds anything but
   *     arrays of floats, or more than Java's heap does
   */
  public static Map<String, Tensor> read(String file) throws IOException {
    Path path = GivenFile.file("NpzFile", file);
    byte[] head = GivenFile.head(path);
    if (ByteBuffer.wrap(Arrays.copyOf(head, 4)).getInt() != LOCAL) {
      throw new IOException(GivenFile.otherKind("NpzFile", path, EXPECTED, head));
    }
    String method = head.length < LOCAL_HEADER ? null : METHODS.get((int) head[8]);
    if (method != null) {
      throw new IOException(
          "NpzFile: expected %s, but the arrays in %s are compressed by %s; %s"
              .formatted(EXPECTED, path, method, "save them with numpy.savez_compressed"));
    }
    try (ZipFile zip = new ZipFile(path.toFile())) {
      return arrays(path, zip, Collections.list(zip.entries()));
    } catch (ZipException | EOFException | IllegalArgumentException e) {
      throw new IOException(
          "NpzFile: %s is cut off, damaged, encrypted or of a rare kind of zip; copy it again or"
                  .formatted(path)
              + " save it with numpy.savez",
          e);
    }
  }

  private static Map<String, Tensor> arrays(
      Path path, ZipFile zip, List<? extends ZipEntry> entries) throws IOException {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    double all = entries.stream().mapToDouble(ZipEntry::getSize).sum();
    if (all > MOST_DEFLATED * Files.size(path)) {
      throw new ZipException("its directory declares " + all + " bytes");
    }
    long bytes = (long) all;
    try {
      if (bytes > Runtime.getRuntime().maxMemory()) {
        throw new OutOfMemoryError();
      }
      Set<String> before = namesBefore(path);
      for (ZipEntry entry : entries) {
        String name = entry.getName();
        if (entry.isDirectory() || name.startsWith("__MACOSX/")) {
          continue;
        }
        if (name.endsWith("/data.pkl")) {
          throw new IOException(GivenFile.torch("NpzFile", path, EXPECTED));
        }
        if (!name.endsWith(".npy")) {
          throw new IOException(
              "NpzFile: expected .npy arrays in %s, found %s; leave it out, or save with numpy.savez"
                  .formatted(path, name));
        }
        if (!before.contains(name)) {
          throw new ZipException("the name of " + name + " stands in its directory only");
        }
        if (arrays.put(name.substring(0, name.length() - 4), array(path, zip, entry)) != null) {
          throw new ZipException("it holds " + name + " twice");
        }
      }
    } catch (OutOfMemoryError e) {
      throw new IOException(Heap.tooSmall("NpzFile: reading " + path, bytes), e);
    }
    return arrays;
  }

  /** The names before the arrays: an archive holds each a second time, in its directory. */
  private static Set<String> namesBefore(Path path) throws IOException {
    Set<String> names = new HashSet<>();
    int last = 0; // four bytes
    try (InputStream in = new BufferedInputStream(new FileInputStream(path.toFile()), 1 << 17)) {
      for (int b = in.read(); b >= 0; b = in.read()) {
        last = last << 8 | b;
        if (last == LOCAL) {
          in.mark(LOCAL_HEADER + 0xffff);
          byte[] header = in.readNBytes(LOCAL_HEADER - 4);
          int length = header.length < 24 ? 0 : header[22] & 0xff | (header[23] & 0xff) << 8;
          names.add(new String(in.readNBytes(length), UTF_8));
          in.reset();
        }
      }
    }
    return names;
  }

  private static Tensor array(Path path, ZipFile zip, ZipEntry entry) throws IOException {
    String what = "NpzFile: " + entry.getName() + " in " + path;
    CRC32 crc = new CRC32();
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), crc)) {
      Tensor array = NpyArray.read(what, in, entry.getSize());
      if (in.read() != -1 || crc.getValue() != entry.getCrc()) {
        throw new ZipException("the checksum of " + entry.getName() + " differs");
      }
      return array;
    }
  }
}
