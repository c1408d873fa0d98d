package convnet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.tensor.Tensor;
import convnet.testing.Mutations;
import convnet.testing.TinyMnist;
import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ten thousand damaged files: each is refused with a sentence that names it, or gives what its
 * bytes say. The seed is fixed, so a failure comes again.
 */
class FuzzTest {
  private static final Duration NO_HANG = Duration.ofMinutes(10);

  @TempDir Path folder;
  private Mutations mutations;
  private int refused;

  @BeforeEach
  void start() {
    mutations = new Mutations(1);
  }

  /** One sentence with the file's absolute path. */
  private void named(IOException e) {
    assertNotNull(e.getMessage());
    assertTrue(e.getMessage().matches("(Mnist|NpzFile): .*"), e.getMessage());
    assertTrue(e.getMessage().contains(folder + File.separator), e.getMessage());
  }

  /** A raw file has no checksum: whatever its header fits is what it says. */
  @Test
  void rawImages() throws IOException {
    byte[] whole = TinyMnist.images(2051, 9, 8, 8, 9 * 64);
    assertTimeoutPreemptively(NO_HANG, () -> images(whole, "images", 3500));
    assertTrue(refused > 1000 && refused < 3500, refused + " refused");
  }

  /** The checksum covers every pixel and the header. */
  @Test
  void compressedImages() throws IOException {
    byte[] whole = TinyMnist.images(2051, 9, 8, 8, 9 * 64);
    byte[] zipped = TinyMnist.gzip(whole);
    assertTimeoutPreemptively(NO_HANG, () -> images(zipped, "images.gz", 2500));
    assertTrue(refused > 2000, refused + " refused");
  }

  private void images(byte[] whole, String name, int times) throws IOException {
    boolean zipped = name.endsWith(".gz");
    byte[] pixels = TinyMnist.images(2051, 9, 8, 8, 9 * 64);
    for (int i = 0; i < times; i++) {
      byte[] bytes = mutations.of(whole);
      Files.write(folder.resolve(name), bytes);
      try {
        IdxFile read = IdxFile.read(folder, "images", 3);
        byte[] said = zipped ? pixels : bytes;
        assertArrayEquals(Arrays.copyOfRange(said, 16, said.length), read.values());
        ByteBuffer header = ByteBuffer.wrap(said).position(4);
        for (int dim : read.dims()) {
          assertEquals(header.getInt(), dim);
        }
      } catch (IOException e) {
        named(e);
        refused++;
      }
    }
  }

  /**
   * Labels out of range, numbers that do not fit the images: found when the set is put together.
   */
  @Test
  void labels() throws IOException {
    TinyMnist.write(folder, 9, 5);
    Path file = folder.resolve("t10k-labels-idx1-ubyte");
    byte[] whole = Files.readAllBytes(file);
    for (int i = 0; i < 1000; i++) {
      byte[] bytes = mutations.of(whole);
      Files.write(file, bytes);
      try {
        Dataset test = Mnist.load(folder).test();
        assertEquals(5, test.size());
        for (int n = 0; n < 5; n++) {
          assertEquals(bytes[8 + n], test.label(n));
        }
      } catch (IOException e) {
        named(e);
        refused++;
      }
    }
    assertTrue(refused > 700, refused + " refused");
  }

  @Test
  void parameters() {
    assertTimeoutPreemptively(NO_HANG, () -> npz("floats.npz", 1500));
    assertTimeoutPreemptively(NO_HANG, () -> npz("compressed.npz", 1500));
    assertTrue(refused > 1500, refused + " refused");
  }

  /** Checksums cover the arrays; a name is kept twice in the file, and both must agree. */
  private void npz(String fixture, int times) throws IOException {
    byte[] whole;
    try (var in = FuzzTest.class.getResourceAsStream("/golden/npz/" + fixture)) {
      whole = in.readAllBytes();
    }
    Path file = folder.resolve("damaged.npz");
    Files.write(file, whole);
    Map<String, Tensor> expected = NpzFile.read(file.toString());
    for (int i = 0; i < times; i++) {
      Files.write(file, mutations.of(whole));
      try {
        assertEquals(values(expected), values(NpzFile.read(file.toString())));
      } catch (IOException e) {
        named(e);
        refused++;
      }
    }
  }

  private static Map<String, String> values(Map<String, Tensor> arrays) {
    Map<String, String> values = new HashMap<>();
    arrays.forEach((name, a) -> values.put(name, a.shape() + Arrays.toString(a.array())));
    return values;
  }
}
