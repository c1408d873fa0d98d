package convnet.data;

import static convnet.testing.Check.refused;
import static convnet.testing.TinyMnist.gzip;
import static convnet.testing.TinyMnist.images;
import static convnet.testing.TinyMnist.labels;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import convnet.tensor.Tensor;
import convnet.testing.TinyMnist;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MnistTest {
  private static final String IMAGES = "train-images-idx3-ubyte";
  private static final String LABELS = "train-labels-idx1-ubyte";

  @TempDir Path directory;

  @BeforeEach
  void goodFiles() throws IOException {
    TinyMnist.write(directory, 20, 10);
  }

  private void refusedWith(String message) {
    refused(IOException.class, message, () -> Mnist.load(directory));
  }

  private void put(String name, byte[] content) throws IOException {
    Files.deleteIfExists(directory.resolve(name.replace(".gz", "")));
    Files.write(directory.resolve(name), content);
  }

  @ParameterizedTest
  @CsvSource({
    "train-images-idx3-ubyte, ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "train-labels-idx1-ubyte, 65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "t10k-images-idx3-ubyte, 0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "t10k-labels-idx1-ubyte, ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
  })
  void theDigitsAreMnist(String name, String sha256) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    Path file = TinyMnist.real().resolve(name + ".gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      digest.update(in.readAllBytes());
    }
    assertEquals(sha256, HexFormat.of().formatHex(digest.digest()));
  }

  @Test
  void loadsTheDigits() throws IOException {
    Mnist mnist = Mnist.load(TinyMnist.real());
    assertEquals(60000, mnist.train().size());
    assertEquals(10000, mnist.test().size());
    assertEquals(5, mnist.train().label(0));
    assertEquals(7, mnist.test().label(0));
    int[] counts = new int[10];
    for (int n = 0; n < 60000; n++) {
      counts[mnist.train().label(n)]++;
    }
    assertArrayEquals(
        new int[] {5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949}, counts);
  }

  @Test
  void offersEveryFormOfTheData() throws IOException {
    Dataset data = Mnist.load(directory).train();
    Dataset.Batch batch = data.batch(new int[] {3, 1});
    assertEquals("(2, 1, 8, 8)", batch.x().shape().toString());
    assertEquals("(2, 10)", batch.t().shape().toString());
    assertArrayEquals(new float[] {3, 1}, batch.t().argmax(1).array());
    assertEquals(2, batch.t().sum());
    Tensor raw = data.withNormalize(false).batch(new int[] {3, 1}).x();
    assertEquals(0, raw.map(v -> v / 255).maxAbsDiff(batch.x()), 1e-7);
    assertTrue(raw.reshape(-1).max(0).get() > 127, "bytes read as signed?");
    assertEquals("(2, 64)", data.withFlatten(true).batch(new int[] {3, 1}).x().shape().toString());
    assertArrayEquals(
        new float[] {3, 1}, data.withOneHot(false).batch(new int[] {3, 1}).t().array());
    byte[] file = Files.readAllBytes(directory.resolve(IMAGES));
    assertEquals(file[16 + 3 * 64 + 5] & 0xff, raw.get(0, 0, 0, 5));
    assertEquals(5, data.first(5).size());
    assertEquals(0, data.first(5).batch(0, 5).x().maxAbsDiff(data.batch(0, 5).x()));
  }

  @Test
  void readsGzip() throws IOException {
    Tensor raw = Mnist.load(directory).train().batch(0, 20).x();
    for (String name : new String[] {IMAGES, LABELS}) {
      put(name + ".gz", gzip(Files.readAllBytes(directory.resolve(name))));
    }
    assertEquals(0, raw.maxAbsDiff(Mnist.load(directory).train().batch(0, 20).x()));
  }

  @Test
  void refusesMissingFiles() throws IOException {
    Files.delete(directory.resolve(LABELS));
    refusedWith(
        "%s: expected a file %s or %s.gz, found neither".formatted(directory, LABELS, LABELS));
  }

  @Test
  void refusesTruncatedFiles() throws IOException {
    put(IMAGES, images(2051, 20, 8, 8, 1279));
    refusedWith(IMAGES + ": the header declares 1280 bytes of data, the file holds 1279");
    put(IMAGES, new byte[] {0, 0, 8});
    refusedWith(IMAGES + ": 3 bytes are too few for the header of 16");
    put(IMAGES, new byte[0]);
    refusedWith(IMAGES + ": 0 bytes are too few for the header of 16");
  }

  @Test
  void refusesAnotherMagicNumber() throws IOException {
    put(IMAGES, images(2052, 20, 8, 8, 1280));
    refusedWith(IMAGES + ": expected magic number 2051 (images), got 2052");
    put(IMAGES, images(2051, 20, 8, 8, 1280));
    put(LABELS, labels(2051, 20, 20));
    refusedWith(LABELS + ": expected magic number 2049 (labels), got 2051");
  }

  @Test
  void refusesAnotherCount() throws IOException {
    put(LABELS, labels(2049, 20, 21));
    refusedWith(LABELS + ": the header declares 20 bytes of data, the file holds more");
    put(LABELS, labels(2049, 19, 19));
    refusedWith("train: 20 images but 19 labels");
  }

  @Test
  void refusesHeadersThatDeclareTooMuch() throws IOException {
    put(IMAGES, images(2051, 2000000000, 28, 28, 10));
    refusedWith(IMAGES + ": the header declares a length of 28, more or less than can be read");
    put(IMAGES, images(2051, 2000000, 28, 28, 10));
    refusedWith(IMAGES + ": the header declares 1568000000 bytes of data, the file holds 10");
    put(IMAGES, images(2051, 0, 28, 28, 0));
    refusedWith(IMAGES + ": the header declares a length of 0, more or less than can be read");
    put(IMAGES, images(2051, -1, 28, 28, 0));
    refusedWith(
        IMAGES + ": the header declares a length of 4294967295, more or less than can be read");
  }

  @Test
  void readsNoMoreThanTheHeaderDeclares() throws IOException {
    byte[] header = ByteBuffer.allocate(8).putInt(2049).putInt(20).array();
    byte[] endless = Arrays.copyOf(header, 200_000_000);
    put(LABELS + ".gz", gzip(endless)); // 200 kB that unpack to 200 MB
    long before = allocated();
    refusedWith(LABELS + ".gz: the header declares 20 bytes of data, the file holds more");
    assertTrue(allocated() - before < 10_000_000);
  }

  /** What this thread has ever allocated; how much memory is in use depends on the collector. */
  private static long allocated() {
    return ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getCurrentThreadAllocatedBytes();
  }

  @Test
  void refusesDamagedGzip() throws IOException {
    byte[] good = gzip(images(2051, 20, 8, 8, 1280));
    put(IMAGES + ".gz", Arrays.copyOf(good, good.length / 2));
    refusedWith(IMAGES + ".gz: the gzip data is damaged or cut off");
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 0x55;
    put(IMAGES + ".gz", flipped);
    refusedWith(IMAGES + ".gz: the gzip data is damaged or cut off");
    put(IMAGES + ".gz", Arrays.copyOf(good, 5));
    refusedWith(IMAGES + ".gz: the gzip data is damaged or cut off");
  }

  @Test
  void refusesLabelsOutOfRange() throws IOException {
    byte[] file = labels(2049, 20, 20);
    file[8 + 13] = 17;
    put(LABELS, file);
    refusedWith("train: label 13 is 17, expected a class from 0 to 9");
  }

  @Test
  void refusesImagesThatAreNotThere() throws IOException {
    Dataset data = Mnist.load(directory).train();
    refused(
        "Dataset: images 20 to 21 are not among the 20 there are",
        () -> data.batch(new int[] {20}));
    refused("Dataset: images 0 to 21 are not among the 20 there are", () -> data.first(21));
    refused("Dataset: expected one image or more, got none", () -> data.batch(new int[0]));
  }

  @Test
  void fillsABatchAgain() throws IOException {
    Dataset data = Mnist.load(directory).train();
    for (Dataset form : new Dataset[] {data, data.withOneHot(false).withFlatten(true)}) {
      Dataset.Batch batch = form.batch(0, 3);
      form.fill(batch, 7, 10);
      assertEquals(0, batch.x().maxAbsDiff(form.batch(7, 10).x()));
      assertEquals(0, batch.t().maxAbsDiff(form.batch(7, 10).t()));
      Dataset.Batch before = form.batch(7, 10);
      refused("Dataset: a batch of 3 cannot take 2 images", () -> form.fill(batch, 0, 2));
      refused(
          "Dataset: images 20 to 21 are not among the 20 there are",
          () -> form.fill(batch, new int[] {0, 1, 20}));
      assertEquals(0, batch.x().maxAbsDiff(before.x())); // nothing half done
    }
  }

  @Test
  void theSameFilesGiveTheSameImagesAndChangedOnesTheirOwn() throws IOException {
    Mnist first = Mnist.load(directory);
    assertSame(first, Mnist.load(directory));
    assertSame(first, Mnist.load(directory.resolve("..").resolve(directory.getFileName())));
    byte[] images = Files.readAllBytes(directory.resolve("t10k-images-idx3-ubyte"));
    images[16] ^= 1; // the first pixel
    Files.write(directory.resolve("t10k-images-idx3-ubyte"), images);
    Mnist changed = Mnist.load(directory);
    assertEquals(
        1 / 255.0,
        Math.abs(
            changed.test().batch(0, 1).x().array()[0] - first.test().batch(0, 1).x().array()[0]),
        1e-6);
  }
}
