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
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One file in the IDX format of MNIST, raw or gzip: a big-endian header (magic number, then the
 * length of each axis) and one byte a value. The magic number is 2049 for labels, 2051 for images.
 *
 * @param dims the lengths: {@code (N)} or {@code (N, H, W)}
 * @param values one byte a value, row-major
 */
record IdxFile(int[] dims, byte[] values) {
  private static final int MAGIC = 2048;

  /**
   * Reads {@code directory/name} or, where there is none, {@code directory/name.gz}. Never reads
   * further than the header declares, but for one look whether the file ends there.
   *
   * @param axes how many lengths the header has: 1 for labels, 3 for images
   * @throws IOException if the file is missing, damaged, of another kind, or of another length than
   *     it declares
   */
  static IdxFile read(Path directory, String name, int axes) throws IOException {
    Path file = directory.resolve(name);
    if (!Files.exists(file)) {
      file = directory.resolve(name + ".gz");
    }
    if (!Files.exists(file)) {
      throw new IOException(
          "%s: expected a file %s or %s.gz, found neither".formatted(directory, name, name));
    }
    String shown = file.getFileName().toString();
    // Not Files.newInputStream: that one breaks off when the thread is interrupted.
    try (InputStream raw = new BufferedInputStream(new FileInputStream(file.toFile()));
        InputStream in = unzipped(raw)) {
      return parse(shown, in, axes);
    } catch (ZipException | EOFException e) {
      throw new IOException(shown + ": the gzip data is damaged or cut off", e);
    }
  }

  private static InputStream unzipped(InputStream in) throws IOException {
    in.mark(2);
    boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
    in.reset();
    return gzip ? new GZIPInputStream(in, 1 << 16) : in;
  }

  private static IdxFile parse(String name, InputStream in, int axes) throws IOException {
    byte[] header = in.readNBytes(4 * (1 + axes));
    if (header.length < 4 * (1 + axes)) {
      throw new IOException(
          "%s: %s bytes are too few for the header of %s"
              .formatted(name, header.length, 4 * (1 + axes)));
    }
    ByteBuffer ints = ByteBuffer.wrap(header);
    int magic = ints.getInt();
    if (magic != MAGIC + axes) {
      throw new IOException(
          "%s: expected magic number %s (%s), got %s"
              .formatted(name, MAGIC + axes, axes == 1 ? "labels" : "images", magic));
    }
    int[] dims = new int[axes];
    long size = 1;
    for (int i = 0; i < axes; i++) {
      dims[i] = ints.getInt();
      if (dims[i] < 1 || (size *= dims[i]) > Integer.MAX_VALUE - 8) {
        throw new IOException(
            "%s: the header declares a length of %s, more or less than can be read"
                .formatted(name, Integer.toUnsignedString(dims[i])));
      }
    }
    byte[] values = bytes(name, in, (int) size);
    if (values.length < size) {
      throw new IOException(
          "%s: the header declares %s bytes of data, the file holds %s"
              .formatted(name, size, values.length));
    }
    if (in.read() != -1) {
      throw new IOException(
          "%s: the header declares %s bytes of data, the file holds more".formatted(name, size));
    }
    return new IdxFile(dims, values);
  }

  private static byte[] bytes(String name, InputStream in, int size) throws IOException {
    try {
      return in.readNBytes(size);
    } catch (OutOfMemoryError e) {
      throw new IOException(Heap.tooSmall(name + ": its data", size), e);
    }
  }
}
