package convnet.data;

import convnet.array.Heap;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One file in the IDX format of MNIST, raw or gzip: a big-endian header (magic number, then the
 * length of each axis) and one byte a value. The magic number is 2049 for labels, 2051 for images.
 *
 * @param file where it was found
 * @param dims the lengths: {@code (N)} or {@code (N, H, W)}
 * @param values one byte a value, row-major
 */
record IdxFile(Path file, int[] dims, byte[] values) {
  private static final int UNSIGNED_BYTES = 8;
  private static final int MOST_VALUES = Integer.MAX_VALUE - 8; // in a Java array
  private static final int MOST = 8; // names in an error
  private static final Map<Integer, String> TYPES =
      Map.of(
          UNSIGNED_BYTES,
          "unsigned bytes",
          9,
          "signed bytes",
          11,
          "shorts",
          12,
          "ints",
          13,
          "floats",
          14,
          "doubles");

  /**
   * Reads {@code name} in a folder, with or without {@code .gz}, with a dot instead of its second
   * last hyphen, or in a folder of that name, as some archives unpack it. Never reads further than
   * the header declares, but for one look whether the file ends there.
   *
   * @param axes how many lengths the header has: 1 for labels, 3 for images
   * @throws IOException if the file is missing, damaged, of another kind, or of another length than
   *     it declares
   */
  static IdxFile read(Path folder, String name, int axes) throws IOException {
    Path file = GivenFile.readable("Mnist", find(folder, name));
    // Not Files.newInputStream: that one breaks off when the thread is interrupted.
    try (InputStream raw = new BufferedInputStream(new FileInputStream(file.toFile()));
        InputStream in = unzipped(raw)) {
      return parse(file, in, axes);
    } catch (ZipException | EOFException e) {
      throw new IOException(
          "Mnist: the gzip data of %s is damaged or cut off; download it again".formatted(file), e);
    }
  }

  private static Path find(Path folder, String name) throws IOException {
    String dotted = name.replace("-idx", ".idx");
    for (String inner : List.of(name, dotted)) {
      for (String outer : List.of("", name, dotted)) {
        for (String end : List.of("", ".gz")) {
          Path file = folder.resolve(outer).resolve(inner + end);
          if (Files.isRegularFile(file)) {
            return file;
          }
          if (Files.isSymbolicLink(file) && !Files.exists(file)) {
            throw new IOException(
                "Mnist: %s is a link that leads nowhere; fetch what it stands for".formatted(file));
          }
        }
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      List<String> there = files.map(file -> file.getFileName().toString()).sorted().toList();
      throw new IOException(
          "Mnist: expected %s or %s.gz in %s, found %s%s; download or rename it"
              .formatted(
                  name,
                  name,
                  folder,
                  there.isEmpty()
                      ? "nothing"
                      : String.join(", ", there.subList(0, Math.min(MOST, there.size()))),
                  there.size() > MOST ? ", ..." : ""));
    }
  }

  private static InputStream unzipped(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static IdxFile parse(Path file, InputStream in, int axes) throws IOException {
    byte[] head = in.readNBytes(4);
    int magic = head.length < 4 ? -1 : ByteBuffer.wrap(head).getInt();
    if (magic != (UNSIGNED_BYTES << 8 | axes)) {
      throw new IOException(otherKind(file, in, head, axes));
    }
    byte[] header = in.readNBytes(4 * axes);
    if (header.length < 4 * axes) {
      throw new IOException("Mnist: %s ends in its header; download it again".formatted(file));
    }
    int[] dims = new int[axes];
    ByteBuffer.wrap(header).asIntBuffer().get(dims);
    double size = 1;
    for (int dim : dims) {
      size *= dim < 1 ? 0 : dim;
    }
    if (size < 1 || size > MOST_VALUES) {
      throw new IOException(
          "Mnist: the header of %s declares lengths %s, expected 1 to %s values; download it again"
              .formatted(file, Arrays.toString(dims), MOST_VALUES));
    }
    byte[] values = bytes(file, in, (int) size);
    boolean more = in.read() != -1;
    if (values.length < size || more) {
      throw new IOException(
          "Mnist: the header of %s declares %s bytes of data, the file holds %s; download it again"
              .formatted(file, (long) size, more ? "more" : values.length));
    }
    return new IdxFile(file, dims, values);
  }

  private static String otherKind(Path file, InputStream in, byte[] start, int axes)
      throws IOException {
    String expected = axes == 1 ? "labels" : "images";
    byte[] rest = in.readNBytes(GivenFile.HEAD - start.length);
    byte[] head = Arrays.copyOf(start, start.length + rest.length);
    System.arraycopy(rest, 0, head, start.length, rest.length);
    ByteBuffer ints = ByteBuffer.wrap(head);
    int magic = head.length < 4 ? -1 : ints.getInt();
    int turned = Integer.reverseBytes(magic);
    String is = null;
    if (magic >>> 16 == 0x1f8b) {
      is = "data compressed by gzip twice; unpack it once";
    } else if (magic >>> 8 == UNSIGNED_BYTES && (magic == 2049 || magic == 2051)) {
      is = "%s; are two names mixed up?".formatted(magic == 2049 ? "labels" : "images");
    } else if (TYPES.containsKey(magic >>> 8)) {
      is =
          "%s with %s axes; write it as bytes %s"
              .formatted(TYPES.get(magic >>> 8), magic & 255, axes == 1 ? "(N,)" : "(N, H, W)");
    } else if (TYPES.containsKey(turned >>> 8)) {
      is = "little-endian numbers; write them big-endian";
    }
    return is == null
        ? GivenFile.otherKind("Mnist", file, expected, head)
        : "Mnist: expected %s (unsigned bytes, %s), but %s holds %s"
            .formatted(expected, axes == 1 ? "1 axis" : "3 axes", file, is);
  }

  private static byte[] bytes(Path file, InputStream in, int size) throws IOException {
    try {
      return in.readNBytes(size);
    } catch (OutOfMemoryError e) {
      throw new IOException(Heap.tooSmall("Mnist: the data of " + file, size), e);
    }
  }
}
