package convnet.page;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.data.HalfFloat;
import convnet.data.Mnist;
import convnet.data.NpzFile;
import convnet.layer.Affine;
import convnet.layer.AveragePooling;
import convnet.layer.Convolution;
import convnet.layer.Dropout;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.net.ConvNetConfig;
import convnet.net.Network;
import convnet.net.SimpleConvNet;
import convnet.notebook.Handwriting;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.Fonts;
import convnet.testing.OwnLayer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The page's scripts compute what the library computes. They run in Node, where it is installed.
 */
class PlaygroundTest {
  private static final Path DATA = Path.of("..", "data");

  @TempDir Path folder;

  @BeforeEach
  void fonts() {
    Fonts.needed(); // for the still picture
  }

  @Test
  void aThousandTestImagesGetTheSameScores() throws Exception {
    Network network = new SimpleConvNet(ConvNetConfig.chapter7());
    network.setParams(NpzFile.read(DATA + "/simple_convnet.npz"));
    Tensor x = Mnist.load(DATA + "/mnist").test().batch(0, 1000).x();
    Page page = Playground.html(network, x.rows(0, 20));
    assertTrue(page.html().length() <= 1_300_000, "" + page.html().length());

    Tensor scores = scores(page, network, x);
    Tensor full = network.predict(x);
    network.setParams(rounded(network));
    double apart = scores.maxAbsDiff(network.predict(x));
    assertTrue(apart <= 1e-3, "largest difference of scores " + apart);
    double same = full.argmax(1).sub(scores.argmax(1)).map(d -> d == 0 ? 1 : 0).sum();
    assertTrue(same >= 999, same + " of 1000 answers as without rounding");
  }

  @Test
  void everyKindOfLayerIsComputed() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    Network network =
        new Network(Shape.of(2, 12, 13))
            .add("Conv1", convolution(random, 3, 2, 4, 3, 2, 1))
            .add("Relu1", new ReLU())
            .add("Average1", new AveragePooling(2, 3, 1, 1))
            .add("Conv2", convolution(random, 4, 3, 2, 2, 1, 0))
            .add("Pool1", new Pooling(2, 2, 2, 1))
            .add("Affine1", affine(random, 64, 9))
            .add("Relu2", new ReLU())
            .add("Dropout1", new Dropout(0.25, seed))
            .add("Affine2", affine(random, 9, 4));
    Tensor x = Tensor.randn(random, 50, 2, 12, 13);
    Page page = Playground.html(network);
    Tensor scores = scores(page, network, x);
    network.setParams(rounded(network));
    double apart = scores.maxAbsDiff(network.predict(x));
    assertTrue(apart <= 1e-4, "largest difference of scores " + apart + ", seed " + seed);
  }

  private static Convolution convolution(
      Random random, int FN, int C, int FH, int FW, int stride, int pad) {
    return new Convolution(
        Tensor.randn(random, FN, C, FH, FW).mul(0.3), Tensor.randn(random, FN), stride, pad);
  }

  private static Affine affine(Random random, int D, int M) {
    return new Affine(Tensor.randn(random, D, M).mul(0.3), Tensor.randn(random, M));
  }

  private static Map<String, Tensor> rounded(Network network) {
    Map<String, Tensor> rounded = new LinkedHashMap<>();
    network
        .params()
        .forEach(
            (name, param) ->
                rounded.put(name, param.map(v -> HalfFloat.value(HalfFloat.bits((float) v)))));
    return rounded;
  }

  /** The page's scores; on the way its sums in words, and its way from a sheet to an image. */
  private Tensor scores(Page page, Network network, Tensor x) throws Exception {
    Random random = new Random(7);
    Tensor ink = Tensor.zeros(5, 280, 280);
    for (int n = 0; n < 5; n++) {
      for (int dot = 0; dot < 4; dot++) {
        int top = random.nextInt(230);
        int left = random.nextInt(200);
        for (int i = 0; i < 30 * 60; i++) {
          ink.set(random.nextDouble(), n, top + i / 60, left + i % 60);
        }
      }
    }
    Files.writeString(folder.resolve("page.html"), page.html());
    write("x.f32", x);
    write("ink.f32", ink);
    Node.run("src/test/resources/page/run.mjs", folder.toString());

    float[] explained = read("explained.f32");
    assertTrue(explained.length >= 80, explained.length + " numbers were explained");
    for (int i = 0; i < explained.length; i += 2) {
      assertEquals(explained[i], explained[i + 1], 1e-3 * (1 + Math.abs(explained[i])));
    }
    float[] images = read("images.f32");
    for (int n = 0; n < 5; n++) {
      Tensor paper = ink.rows(n, n + 1).map(v -> 1 - v); // (1, 280, 280)
      Tensor picture = Tensor.zeros(3, 280, 280);
      for (int i = 0; i < picture.size(); i++) {
        picture.array()[i] = paper.array()[i % paper.size()];
      }
      Tensor expected = Handwriting.of(picture).centred();
      for (int i = 0; i < 784; i++) {
        assertEquals(expected.array()[i], images[784 * n + i], 1e-5, "sheet " + n + ", pixel " + i);
      }
    }
    float[] scores = read("scores.f32");
    return Tensor.wrap(scores, x.dim(0), scores.length / x.dim(0));
  }

  private void write(String name, Tensor numbers) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(4 * numbers.size()).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(numbers.array(), 0, numbers.size());
    Files.write(folder.resolve(name), bytes.array());
  }

  private float[] read(String name) throws IOException {
    FloatBuffer numbers =
        ByteBuffer.wrap(Files.readAllBytes(folder.resolve(name)))
            .order(ByteOrder.LITTLE_ENDIAN)
            .asFloatBuffer();
    float[] all = new float[numbers.remaining()];
    numbers.get(all);
    return all;
  }

  @Test
  void thePageNeedsNothingAndNothingBreaksOutOfIt() {
    Network network =
        new Network(Shape.of(1, 2, 2))
            .add("\"</script><b>", new Affine(Tensor.zeros(4, 2), Tensor.zeros(2)));
    Page page = Playground.html(network);
    String html = page.html();
    assertEquals(2, html.split("</script>", -1).length, "one end of one script");
    assertFalse(html.contains("<b>"), html);
    assertFalse(html.matches("(?s).*(https?:|src=\"(?!data:)|import |fetch\\().*"), html);
    assertTrue(html.indexOf("<img width=\"") < html.indexOf("<p>This is a still picture"));
    assertEquals(
        "playground: draw a digit and see what each layer makes of it: \"</script><b>", "" + page);
  }

  @Test
  void whatThePageCannotHoldIsRefused() {
    Network own = new Network().add("Mine", new OwnLayer());
    refused(
        "Playground: this network takes images of any size; give some to click:"
            + " Playground.html(network, x)",
        () -> Playground.html(own));
    refused(
        "Playground: expected 1 to 40 images (N, C, H, W) to click, got (41, 1, 2, 2);"
            + " take x.rows(0, 10)",
        () -> Playground.html(own, Tensor.zeros(41, 1, 2, 2)));
    refused(
        "Playground: the network ends with (1, 1, 2, 2), expected scores (N, K);"
            + " end it with an Affine layer",
        () -> Playground.html(own, Tensor.zeros(1, 1, 2, 2)));
    own.add("Affine1", new Affine(Tensor.zeros(4, 2), Tensor.full(1e5, 2)));
    refused(
        "Playground: layer Mine is of class OwnLayer, and the page computes the library's layers"
            + " only",
        () -> Playground.html(own, Tensor.zeros(1, 1, 2, 2)));
    Network large =
        new Network().add("Affine1", new Affine(Tensor.zeros(4, 2), Tensor.full(1e5, 2)));
    refused(
        "Playground: b1 holds 100000.0, the page takes numbers from -65504 to 65504; train anew"
            + " with a smaller learning rate",
        () -> Playground.html(large, Tensor.zeros(1, 1, 2, 2)));
  }
}
