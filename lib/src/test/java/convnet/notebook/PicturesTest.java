package convnet.notebook;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.conv.Im2col;
import convnet.data.Mnist;
import convnet.lab.Predictions;
import convnet.lab.Predictions.Prediction;
import convnet.net.ConvNetConfig;
import convnet.net.SimpleConvNet;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.Fonts;
import convnet.testing.TinyMnist;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.Styler.LegendPosition;

/** Pictures are tested by what they say of their data, and by a few pixels that carry it. */
class PicturesTest {
  @TempDir Path folder;

  @Test
  void aPixelOfAPlaneIsASquareOfItsColour() {
    Tensor planes = Tensor.copyOf(new double[] {0, 1, 0.5, 0}, 1, 2, 2);
    BufferedImage image = Pictures.grid(planes, List.of(), 1, Ink.PAPER, 0, 1, 10);
    // 8 layout pixels of margin, 10 for each pixel, drawn twice as fine.
    assertEquals(Color.WHITE.getRGB(), image.getRGB(2 * 13, 2 * 13));
    assertEquals(Color.BLACK.getRGB(), image.getRGB(2 * 23, 2 * 13));
    assertEquals(128, new Color(image.getRGB(2 * 13, 2 * 23)).getRed(), 1);
  }

  @Test
  void signedColoursGrowBrighterInGrey() {
    double before = -1;
    for (double v = -1; v <= 1; v += 0.1) {
      Color c = Ink.SIGNED.of(v);
      double grey = 0.299 * c.getRed() + 0.587 * c.getGreen() + 0.114 * c.getBlue();
      assertTrue(grey > before, "at " + v);
      before = grey;
    }
  }

  @Test
  void everyPictureOfATensorIsDrawn() {
    Fonts.needed();
    Random random = new Random(1);
    Tensor x = Tensor.randn(random, 12, 1, 28, 28).map(v -> Math.max(0, Math.min(1, v)));
    List<BufferedImage> pictures =
        List.of(
            Pictures.digits(x, List.of()),
            Pictures.filters(Tensor.randn(random, 30, 1, 5, 5)),
            Pictures.filters(Tensor.randn(random, 4, 3, 3, 3)),
            Pictures.featureMaps(Tensor.randn(random, 2, 30, 24, 24), 1),
            Pictures.channels(Tensor.full(0.5, 3, 20, 30), "red", "green", "blue"),
            Pictures.colour(Tensor.full(0.25, 3, 20, 30), 2),
            Numbers.of(Tensor.arange(4, 4)).mark(1, 1, 2, 2).outline(0, 0, 1, 1).picture(),
            Diagram.picture(
                Shape.of(100, 1, 28, 28),
                new SimpleConvNet(ConvNetConfig.chapter7()).shapes(Tensor.zeros(100, 1, 28, 28))));
    for (BufferedImage picture : pictures) {
      int first = picture.getRGB(0, 0);
      boolean drawn = false;
      for (int i = 0; i < picture.getWidth() && !drawn; i++) {
        for (int j = 0; j < picture.getHeight() && !drawn; j++) {
          drawn = picture.getRGB(i, j) != first;
        }
      }
      assertTrue(drawn || picture == pictures.get(5));
      assertTrue(picture.getWidth() <= 2 * 1200, "wider than a notebook: " + picture.getWidth());
    }
    BufferedImage both = Pictures.beside(List.of("a", ""), pictures.get(0), pictures.get(6));
    assertTrue(both.getWidth() > pictures.get(0).getWidth() + pictures.get(6).getWidth());
    assertEquals(
        pictures.get(0).getHeight() + pictures.get(6).getHeight(),
        Pictures.below(pictures.get(0), pictures.get(6)).getHeight());
    assertEquals(2 * 100, Pictures.thumbnail(pictures.get(0), 100).getWidth());
  }

  @Test
  void refusesWhatCannotBeDrawn() {
    Tensor planes = Tensor.zeros(2, 3, 3);
    refused(
        "Pictures: 1 captions for the 2 planes of (2, 3, 3)",
        () -> Pictures.grid(planes, List.of("a"), 2, Ink.PAPER, 0, 1, 1));
    refused(
        "Pictures: expected (N, C, H, W), got (2, 3, 3)", () -> Pictures.digits(planes, List.of()));
    refused("Pictures: expected (3, H, W), got (2, 3, 3)", () -> Pictures.colour(planes, 1));
    refused("Numbers: expected a matrix (H, W), got (2, 3, 3)", () -> Numbers.of(planes));
    refused(
        "Im2colSteps: expected one image (1, C, H, W), got (2, 1, 4, 4)",
        () -> new Im2colSteps(Tensor.zeros(2, 1, 4, 4), 3, 3, 1, 0));
    refused(
        "Charts: 1 names for 2 bars",
        () -> Charts.bars("", "", "", List.of("a"), new double[] {1, 2}));
    refused(
        "Charts: loss has 1 values for 2 points",
        () -> Charts.lines("", "", "", new double[2], Map.of("loss", new double[1])));
  }

  @Test
  void numbersAreShort() {
    assertEquals("3", Numbers.text(3));
    assertEquals("-3", Numbers.text(-3));
    assertEquals(".25", Numbers.text(0.25f));
    assertEquals("-.25", Numbers.text(-0.25f));
    assertEquals("10.5", Numbers.text(10.5f));
    assertEquals("1.06", Numbers.text(1.06f));
    assertEquals("9999999", Numbers.text(9999999));
    assertEquals("3.00e+09", Numbers.text(3e9f));
    assertEquals("-1.00e+30", Numbers.text(-1e30f));
    assertEquals("NaN", Numbers.text(Float.NaN));
    assertEquals("-∞", Numbers.text(Float.NEGATIVE_INFINITY));
  }

  @Test
  void readsAPictureFile() throws IOException {
    Path file = folder.resolve("two.png");
    BufferedImage two = new BufferedImage(2, 1, BufferedImage.TYPE_INT_ARGB);
    two.setRGB(0, 0, 0xffff8000);
    two.setRGB(1, 0, 0x00000000);
    ImageIO.write(two, "png", file.toFile());
    Tensor x = Pictures.load(file.toString());
    assertEquals(Shape.of(4, 1, 2), x.shape());
    assertEquals(1, x.get(0, 0, 0));
    assertEquals(128 / 255f, x.get(1, 0, 0));
    assertEquals(1, x.get(3, 0, 0));
    assertEquals(0, x.get(3, 0, 1));
    Path missing = folder.resolve("none.png");
    assertEquals(
        "Pictures: there is no file " + missing,
        assertThrows(IOException.class, () -> Pictures.load(missing.toString())).getMessage());
    Files.writeString(folder.resolve("text.png"), "no picture");
    assertEquals(
        "Pictures: expected a picture (PNG, JPEG, GIF, BMP or TIFF), but "
            + folder.resolve("text.png")
            + " is text that begins with \"no picture\"; look into it",
        assertThrows(IOException.class, () -> Pictures.load(folder.resolve("text.png").toString()))
            .getMessage());
  }

  /** A disc of ink somewhere on a sheet. */
  private static Tensor sheet(int H, int W, int h0, int w0, int r, double[] paper, double[] ink) {
    Tensor x = Tensor.zeros(3, H, W);
    for (int c = 0; c < 3; c++) {
      for (int h = 0; h < H; h++) {
        for (int w = 0; w < W; w++) {
          boolean inside = (h - h0) * (h - h0) + (w - w0) * (w - w0) * 4 <= r * r;
          x.set(inside ? ink[c] : paper[c], c, h, w);
        }
      }
    }
    return x;
  }

  @Test
  void handwritingIsFittedAndCentredAsMnistIs() {
    Fonts.needed();
    double[] light = {0.95, 0.94, 0.88};
    double[] dark = {0.1, 0.2, 0.6};
    for (double[][] colours : new double[][][] {{light, dark}, {dark, light}}) {
      for (int[] at : new int[][] {{300, 200, 100, 60, 40}, {90, 400, 30, 350, 25}}) {
        Handwriting hand =
            Handwriting.of(sheet(at[0], at[1], at[2], at[3], at[4], colours[0], colours[1]));
        assertEquals(Shape.of(1, 1, 28, 28), hand.centred().shape());
        assertEquals(20, hand.fitted().dim(0));
        assertEquals(10, hand.fitted().dim(1), 1); // an ellipse twice as high as wide
        double sum = 0;
        double sumH = 0;
        double sumW = 0;
        for (int h = 0; h < 28; h++) {
          for (int w = 0; w < 28; w++) {
            double v = hand.centred().get(0, 0, h, w);
            assertTrue(v >= 0 && v <= 1.0001, "" + v);
            sum += v;
            sumH += v * (h + 0.5);
            sumW += v * (w + 0.5);
          }
        }
        assertEquals(14, sumH / sum, 0.51);
        assertEquals(14, sumW / sum, 0.51);
        assertTrue(hand.steps().getWidth() > 800);
      }
    }
    refused(
        "Handwriting: nothing is drawn on this picture of 30 x 40 pixels; draw a digit unlike its"
            + " paper",
        () -> Handwriting.of(Tensor.full(0.9, 3, 30, 40)));
  }

  /** An ellipse of ink, as a paint program saves it: where there is none, the picture is clear. */
  private Path painted(String name, int side, int ink, int paper, int corner) throws IOException {
    BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB);
    Graphics2D g = image.createGraphics();
    g.setColor(new Color(paper, true));
    g.fillRect(0, 0, side, side);
    g.setColor(new Color(ink, true));
    g.fillOval(side * 2 / 5, side / 5, side / 5, side * 3 / 5);
    for (int i = 0; i < corner * corner; i++) {
      image.setRGB(i % corner, i / corner, 0);
    }
    Path file = folder.resolve(name);
    ImageIO.write(image, "png", file.toFile());
    return file;
  }

  @Test
  void inkOfAnyColourOnPaperOrOnNothingIsReadAlike() throws IOException {
    int black = 0xff000000;
    int white = 0xffffffff;
    Tensor expected = Handwriting.read(painted("a.png", 100, black, white, 0).toString()).centred();
    for (int[] inkPaperCorner :
        new int[][] {
          {white, black, 0},
          {black, 0, 0}, // on nothing
          {white, 0, 0},
          {0xffffe000, 0, 0}, // yellow
          {0xff103080, 0, 0}, // blue
          {black, white, 3}, // a rounded corner
          {white, black, 3},
        }) {
      int[] p = inkPaperCorner;
      String file = painted("b.png", 100, p[0], p[1], p[2]).toString();
      double difference = Handwriting.read(file).centred().maxAbsDiff(expected);
      assertTrue(difference < 1e-5, Arrays.toString(p) + " differs by " + difference);
    }
    // Of the large picture every third pixel is read: as many as the small one has.
    Tensor small = Handwriting.read(painted("s.png", 2100, black, 0, 0).toString()).centred();
    Tensor large = Handwriting.read(painted("l.png", 6300, black, 0, 0).toString()).centred();
    assertEquals(0, large.maxAbsDiff(small), 0.05);
    Path clear = painted("d.png", 30, 0, 0, 0);
    refused(
        "Handwriting: nothing is drawn on %s of 30 x 30 pixels; draw a digit unlike its paper"
            .formatted(clear),
        () -> Handwriting.read(clear.toString()));
  }

  @Test
  void manyClassesAreCountedInASmallerMatrix() throws IOException {
    Fonts.needed();
    ConvNetConfig config = TinyMnist.config();
    Mnist mnist = TinyMnist.load(40, 40);
    Predictions ten = Predictions.of(new SimpleConvNet(config), mnist.test());
    Predictions many = Predictions.of(new SimpleConvNet(config.withClasses(47)), mnist.test());
    assertEquals(Shape.of(47, 47), many.confusion().shape());
    assertEquals(2 * (58 + 10 * 74 + 6), Confusion.picture(ten, mnist.test()).getWidth());
    assertEquals(2 * (58 + 47 * 30 + 6), Confusion.picture(many, mnist.test()).getWidth());
    Predictions most = Predictions.of(new SimpleConvNet(config.withClasses(256)), mnist.test());
    assertEquals(2 * (58 + 256 * 10 + 6), Confusion.picture(most, mnist.test()).getWidth());
    refused(
        "Confusion: predictions of 40 images, data of 30; take those that were predicted",
        () -> Confusion.picture(ten, mnist.test().first(30)));
  }

  @Test
  void predictionsCountEveryImage() throws IOException {
    Fonts.needed();
    Mnist mnist = TinyMnist.load(40, 10);
    SimpleConvNet net =
        new SimpleConvNet(ConvNetConfig.chapter7().withInput(Shape.of(1, 8, 8)).withFilterSize(3));
    Predictions predictions = Predictions.of(net, mnist.train());
    assertEquals(40, predictions.all().size());
    assertEquals(40, predictions.confusion().sum());
    double right = 0;
    for (int k = 0; k < 10; k++) {
      right += predictions.confusion().get(k, k);
    }
    assertEquals(right / 40, predictions.accuracy(), 1e-12);
    List<Prediction> mistakes = predictions.mistakes();
    assertEquals(40 - (int) right, mistakes.size());
    for (int i = 1; i < mistakes.size(); i++) {
      assertTrue(mistakes.get(i - 1).probability() >= mistakes.get(i).probability());
      assertTrue(mistakes.get(i).predicted() != mistakes.get(i).right());
    }
    assertTrue(Confusion.picture(predictions, mistakes.isEmpty() ? null : mnist.train()) != null);
  }

  @Test
  void im2colStepsThroughEveryWindow() {
    Fonts.needed();
    Tensor x = Tensor.arange(1, 2, 4, 5);
    Im2colSteps steps = new Im2colSteps(x, 3, 3, 1, 1);
    assertEquals(Im2col.im2col(x, 3, 3, 1, 1).dim(0), steps.steps());
    List<BufferedImage> pictures = steps.pictures();
    assertEquals(20, pictures.size());
    assertFalse(same(pictures.get(0), pictures.get(1)));
    refused("Im2colSteps: expected a step from 0 to 19, got 20", () -> steps.picture(20));
  }

  private static boolean same(BufferedImage a, BufferedImage b) {
    return Arrays.equals(
        a.getRGB(0, 0, a.getWidth(), a.getHeight(), null, 0, a.getWidth()),
        b.getRGB(0, 0, b.getWidth(), b.getHeight(), null, 0, b.getWidth()));
  }

  @Test
  void anAnimationIsAPngOfItsFirstPictureAndHoldsThemAll() throws IOException {
    Fonts.needed();
    List<BufferedImage> frames = new Im2colSteps(Tensor.arange(1, 1, 4, 4), 3, 3, 1, 0).pictures();
    byte[] png = Animation.png(frames, 0.7);
    assertTrue(same(frames.get(0), ImageIO.read(new ByteArrayInputStream(png))));
    String text = new String(png, StandardCharsets.ISO_8859_1);
    assertEquals(5, text.split("fcTL", -1).length); // four frames
    assertTrue(text.indexOf("acTL") < text.indexOf("IDAT"));
    assertEquals(
        700, (png[text.indexOf("fcTL") + 24] & 0xff) << 8 | png[text.indexOf("fcTL") + 25] & 0xff);
    String html = Animation.html(frames, 0.7);
    assertTrue(
        html.startsWith("<img width=\"" + frames.get(0).getWidth() / 2 + "\""),
        html.substring(0, 60));
    String data = html.substring(html.indexOf("base64,") + 7, html.lastIndexOf('"'));
    assertArrayEquals(png, Base64.getDecoder().decode(data));
    refused("Animation: expected one picture or more, got none", () -> Animation.png(List.of(), 1));
    refused(
        "Animation: picture 1 is 2 x 2, the first is %s x %s"
            .formatted(frames.get(0).getWidth(), frames.get(0).getHeight()),
        () ->
            Animation.png(
                List.of(frames.get(0), new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB)), 1));
  }

  @Test
  void chartsHoldTheirData() {
    Fonts.needed();
    Map<String, double[]> lines = new LinkedHashMap<>();
    lines.put("first", new double[] {1, 2, 4});
    lines.put("second", new double[] {3, Double.NaN, 1});
    XYChart chart = Charts.lines("title", "x", "y", new double[] {0, 0.5, 1}, lines);
    assertArrayEquals(new double[] {1, 2, 4}, chart.getSeries("first").getYData());
    assertArrayEquals(new double[] {0, 0.5, 1}, chart.getSeries("second").getXData());
    CategoryChart bars =
        Charts.bars("title", "x", "y", List.of("a", "b", "c"), new double[] {0.1, 0.7, 0.2});
    assertArrayEquals(new double[] {0.1, 0, 0.2}, bars.getSeries("others").getYData());
    assertArrayEquals(new double[] {0, 0.7, 0}, bars.getSeries("largest").getYData());
    assertEquals(2 * (520 + 520), Charts.picture(chart, bars).getWidth());
  }

  @Test
  void aLegendTooLongForTheWidthStandsAtTheRight() {
    Map<String, double[]> lines = new LinkedHashMap<>();
    for (String name : List.of("AdaGrad 0.06", "AdaGrad 0.02", "SGD 0.1", "Momentum 0.1")) {
      lines.put(name, new double[] {1, 2});
    }
    double[] x = {0, 1};
    assertEquals(
        LegendPosition.OutsideS,
        Charts.lines("", "", "", x, lines).getStyler().getLegendPosition());
    lines.put("Adam 0.003", new double[] {1, 2});
    assertEquals(
        LegendPosition.OutsideE,
        Charts.lines("", "", "", x, lines).getStyler().getLegendPosition());
  }

  private static void described(String expected, BufferedImage picture) {
    assertEquals(expected, Described.of(picture));
  }

  @Test
  void everyPictureIsDescribed() {
    Fonts.needed();
    Tensor digits = Tensor.zeros(2, 1, 4, 4);
    described("2 pictures of 4 x 4 pixels: 5, 0", Pictures.digits(digits, List.of("5", "0")));
    described("2 pictures of 4 x 4 pixels: 0, 1", Pictures.filters(digits));
    described("picture of 4 x 4 pixels: 0", Pictures.featureMaps(digits, 1));
    described("colour picture of 4 x 5 pixels", Pictures.colour(Tensor.zeros(3, 4, 5), 2));
    BufferedImage numbers = Numbers.of(Tensor.arange(4).reshape(2, 2)).picture();
    described("table of numbers (2, 2): 0 1; 2 3", numbers);
    described("table of numbers (9, 9)", Numbers.of(Tensor.arange(81).reshape(9, 9)).picture());
    described(
        "before: table of numbers (2, 2): 0 1; 2 3; after",
        Pictures.beside(
            List.of("before", "after"),
            numbers,
            new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB)));
    described(
        "table of numbers (2, 2): 0 1; 2 3; below it: table of numbers (2, 2): 0 1; 2 3",
        Pictures.below(numbers, numbers));
    described(
        "layers from left to right: x (1, 2), Affine1 (1, 3)",
        Diagram.picture(Shape.of(1, 2), Map.of("Affine1", Shape.of(1, 3))));
    described(
        "image (1, 3, 3) with the window at row 1, column 0; its numbers are row 2 of col (4, 4)",
        new Im2colSteps(Tensor.arange(1, 1, 3, 3), 2, 2, 1, 0).picture(2));
    XYChart lines =
        Charts.lines(
            "t", "x", "y", new double[] {1, 2, 3}, Map.of("a", new double[] {1.5, 2, 0.25}));
    described("chart \"t\": y by x; a from 1.5 to 0.25", Charts.picture(lines));
    described(
        "chart \"t\": y by x; others: 5 0.1, 6 2.5e-06; largest: 7 0.9",
        Charts.picture(
            Charts.bars("t", "x", "y", List.of("5", "6", "7"), new double[] {0.1, 2.5e-6, 0.9})));
    described(
        "chart: y by x; a without a value",
        Charts.picture(
            Charts.lines("", "x", "y", new double[] {1}, Map.of("a", new double[] {Double.NaN}))));
  }
}
