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

  /** A sentence begins with the reader; # stands for the folder. */
  private void refusedWith(String message) {
    String said = "Mnist: " + message.replace("#", directory.toString());
    refused(IOException.class, said, () -> Mnist.load(directory));
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
        "expected train-labels-idx1-ubyte or train-labels-idx1-ubyte.gz in #, found"
            + " t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte, train-images-idx3-ubyte;"
            + " download or rename it");
    Path nowhere = directory.resolve("nowhere");
    refused(IOException.class, "Mnist: there is no folder " + nowhere, () -> Mnist.load(nowhere));
    Path file = directory.resolve(IMAGES);
    refused(
        IOException.class,
        "Mnist: " + file + " is a file, expected a folder; name the folder it lies in",
        () -> Mnist.load(file));
  }

  @Test
  void aLinkThatLeadsNowhereIsCalledSo() throws IOException {
    Path file = directory.resolve(LABELS);
    Files.delete(file);
    try {
      Files.createSymbolicLink(file, Path.of("annex", "object"));
    } catch (IOException | UnsupportedOperationException e) {
      return; // not everybody may make one on Windows
    }
    refusedWith("#/" + LABELS + " is a link that leads nowhere; fetch what it stands for");
  }

  @Test
  void explainsTheTilde() {
    refused(
        IOException.class,
        "Mnist: there is no folder %s; Java does not read ~ as your home folder, write %s"
            .formatted(Path.of("~/mnist").toAbsolutePath(), System.getProperty("user.home")),
        () -> Mnist.load("~/mnist"));
  }

  @Test
  void refusesTruncatedFiles() throws IOException {
    put(IMAGES, images(2051, 20, 8, 8, 1279));
    refusedWith(
        "the header of #/"
            + IMAGES
            + " declares 1280 bytes of data, the file holds 1279; download it again");
    put(IMAGES, new byte[] {0, 0, 8});
    refusedWith(
        "expected images, but #/"
            + IMAGES
            + " is something else, beginning with the bytes 00 00 08; choose another file");
    put(IMAGES, new byte[0]);
    refusedWith("expected images, but #/" + IMAGES + " is empty; copy or download it again");
  }

  @Test
  void refusesAnotherMagicNumber() throws IOException {
    put(IMAGES, images(2052, 20, 8, 8, 1280));
    refusedWith(
        "expected images (unsigned bytes, 3 axes), but #/"
            + IMAGES
            + " holds unsigned bytes with 4 axes; write it as bytes (N, H, W)");
    put(IMAGES, images(2051, 20, 8, 8, 1280));
    put(LABELS, labels(2051, 20, 20));
    refusedWith(
        "expected labels (unsigned bytes, 1 axis), but #/"
            + LABELS
            + " holds images; are two names mixed up?");
  }

  @Test
  void refusesAnotherCount() throws IOException {
    put(LABELS, labels(2049, 20, 21));
    refusedWith(
        "the header of #/"
            + LABELS
            + " declares 20 bytes of data, the file holds more; download it again");
    put(LABELS, labels(2049, 19, 19));
    refusedWith(
        "#/" + IMAGES + " holds 20 images, but #/" + LABELS + " 19 labels; take both from one set");
  }

  @Test
  void refusesHeadersThatDeclareTooMuch() throws IOException {
    put(IMAGES, images(2051, 2000000000, 28, 28, 10));
    refusedWith(declares("2000000000, 28, 28"));
    put(IMAGES, images(2051, 2000000, 28, 28, 10));
    refusedWith(
        "the header of #/"
            + IMAGES
            + " declares 1568000000 bytes of data, the file holds 10; download it again");
    put(IMAGES, images(2051, 0, 28, 28, 0));
    refusedWith(declares("0, 28, 28"));
    put(IMAGES, images(2051, -1, 28, 28, 0));
    refusedWith(declares("-1, 28, 28"));
  }

  private static String declares(String lengths) {
    return "the header of #/%s declares lengths [%s], expected 1 to 2147483639 values; download it again"
        .formatted(IMAGES, lengths);
  }

  @Test
  void readsNoMoreThanTheHeaderDeclares() throws IOException {
    byte[] header = ByteBuffer.allocate(8).putInt(2049).putInt(20).array();
    byte[] endless = Arrays.copyOf(header, 200_000_000);
    put(LABELS + ".gz", gzip(endless)); // 200 kB that unpack to 200 MB
    long before = allocated();
    refusedWith(
        "the header of #/"
            + LABELS
            + ".gz declares 20 bytes of data, the file holds more; download it again");
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
    refusedWith("the gzip data of #/" + IMAGES + ".gz is damaged or cut off; download it again");
    byte[] flipped = good.clone();
    flipped[good.length / 2] ^= 0x55;
    put(IMAGES + ".gz", flipped);
    refusedWith("the gzip data of #/" + IMAGES + ".gz is damaged or cut off; download it again");
    put(IMAGES + ".gz", Arrays.copyOf(good, 5));
    refusedWith("the gzip data of #/" + IMAGES + ".gz is damaged or cut off; download it again");
  }

  @Test
  void thereAreAsManyClassesAsTheTrainingLabelsSay() throws IOException {
    assertEquals(10, Mnist.load(directory).test().classes());
    byte[] file = labels(2049, 20, 20);
    file[8 + 13] = (byte) 200;
    put(LABELS, file);
    Mnist mnist = Mnist.load(directory);
    assertEquals(200, mnist.train().label(13));
    assertEquals(201, mnist.train().classes());
    assertEquals("(10, 201)", mnist.test().batch(0, 10).t().shape().toString());
    assertEquals(200, mnist.train().batch(13, 14).t().argmax(1).get(0));
    refused(
        "Dataset: there are images of class 200, expected 201 classes or more, got 10; a network"
            + " for them is made withClasses(201)",
        () -> mnist.train().withClasses(10));
    byte[] test = labels(2049, 10, 10);
    test[8 + 3] = (byte) 201;
    put("t10k-labels-idx1-ubyte", test);
    refusedWith(
        "label 3 in #/t10k-labels-idx1-ubyte is 201, expected 0 to 200 as in training; take both"
            + " from one set");
  }

  @Test
  void refusesImagesThatAreNotThere() throws IOException {
    Dataset data = Mnist.load(directory).train();
    refused(
        "Dataset: images 20 to 21 are not among the 20 there are",
        () -> data.batch(new int[] {20}));
    refused("Dataset: images 0 to 21 are not among the 20 there are", () -> data.first(21));
    refused("Dataset: expected one image or more, got none", () -> data.batch(new int[0]));
    refused("Dataset: images 20 to 21 are not among the 20 there are", () -> data.label(20));
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
      refused(
          "Dataset: x %s and t %s are a batch of another form; take one of this data set's own"
              .formatted(batch.x().shape(), batch.t().shape()),
          () -> form.withClasses(11).withOneHot(true).fill(batch, 0, 3));
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
