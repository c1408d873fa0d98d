package convnet.testing;

import convnet.data.Mnist;
import convnet.net.ConvNetConfig;
import convnet.tensor.Shape;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

/** Data sets in MNIST's four files, small enough to make for a test. */
public final class TinyMnist {
  private TinyMnist() {}

  /** A small network for the set that {@link #load} makes. */
  public static ConvNetConfig config() {
    return ConvNetConfig.chapter7()
        .withInput(Shape.of(1, 8, 8))
        .withFilters(2)
        .withFilterSize(3)
        .withHidden(5)
        .withBatchSize(20)
        .withEpochs(1);
  }

  /** The real digits, wherever the tests are started from. */
  public static Path real() {
    Path here = Path.of("data/mnist");
    return Files.isDirectory(here) ? here : Path.of("../data/mnist");
  }

  /** An images file: header and {@code bytes} pixels. */
  public static byte[] images(int magic, int N, int H, int W, int bytes) {
    ByteBuffer file = ByteBuffer.allocate(16 + bytes);
    file.putInt(magic).putInt(N).putInt(H).putInt(W);
    byte[] pixels = new byte[bytes];
    new Random(N).nextBytes(pixels);
    return file.put(pixels).array();
  }

  /** A labels file: header and {@code bytes} labels 0, 1, 2, ... 9, 0, ... */
  public static byte[] labels(int magic, int N, int bytes) {
    ByteBuffer file = ByteBuffer.allocate(8 + bytes);
    file.putInt(magic).putInt(N);
    for (int i = 0; i < bytes; i++) {
      file.put((byte) (i % 10));
    }
    return file.array();
  }

  public static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream zip = new GZIPOutputStream(out)) {
      zip.write(content);
    }
    return out.toByteArray();
  }

  /** Writes a good set of {@code train} and {@code test} random images of 8 x 8, raw. */
  public static void write(Path directory, int train, int test) throws IOException {
    write(directory, train, test, 8);
  }

  /** As {@link #write(Path, int, int)}, of another size. */
  public static void write(Path directory, int train, int test, int side) throws IOException {
    write(directory, "train", train, side);
    write(directory, "t10k", test, side);
  }

  private static void write(Path directory, String set, int N, int side) throws IOException {
    byte[] images = images(2051, N, side, side, N * side * side);
    Files.write(directory.resolve(set + "-images-idx3-ubyte"), images);
    Files.write(directory.resolve(set + "-labels-idx1-ubyte"), labels(2049, N, N));
  }

  /** A set of random images, written and read. */
  public static Mnist load(int train, int test) throws IOException {
    Path directory = Files.createTempDirectory("tiny");
    try {
      write(directory, train, test);
      return Mnist.load(directory);
    } finally {
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          Files.delete(file);
        }
      }
      Files.delete(directory);
    }
  }
}
