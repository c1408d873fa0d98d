package convnet;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.data.Mnist;
import convnet.engine.Engine;
import convnet.lab.Predictions;
import convnet.layer.SoftmaxWithLoss;
import convnet.net.Network;
import convnet.net.SimpleConvNet;
import convnet.notebook.Charts;
import convnet.notebook.Handwriting;
import convnet.notebook.Ink;
import convnet.notebook.Pictures;
import convnet.tensor.Functions;
import convnet.tensor.Tensor;
import convnet.testing.Fonts;
import convnet.testing.TinyMnist;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that mean nothing, or that nothing can be made of, are refused where they come in. */
class BadNumbersTest {
  private static final String SCORES =
      "scores (%s, 10): one is NaN or infinite; train the network anew with a smaller learning rate";

  /** A network that has diverged gives no image a class, least of all class 0. */
  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void scoresThatAreNoNumbersHaveNoAnswer(float bad) throws IOException {
    Mnist mnist = TinyMnist.load(40, 10);
    Network network = new SimpleConvNet(TinyMnist.config());
    network.params().get("b3").array()[9] = bad;
    Tensor x = mnist.test().batch(0, 10).x();
    Tensor t = mnist.test().batch(0, 10).t();
    Class<ArithmeticException> type = ArithmeticException.class;
    refused(type, SCORES.formatted(10), () -> network.accuracy(x, t, 5));
    refused(type, SCORES.formatted(10), () -> Engine.of(network).accuracy(x, t));
    refused(type, SCORES.formatted(10), () -> Predictions.of(network, mnist.test()));
    refused(type, SCORES.formatted(40), () -> Predictions.of(network, mnist.train()));
    refused(type, SCORES.formatted(10), () -> Functions.correct(network.predict(x), t));
  }

  /** The loss's gradient (y - t) / N is right only then. */
  @Test
  void answersThatDoNotAddUpTo1() {
    Tensor scores = Tensor.zeros(2, 3);
    Tensor smooth = Tensor.copyOf(new double[] {0.9, 0.05, 0.05, 0.1, 0.8, 0.1}, 2, 3);
    assertEquals(Math.log(3), new SoftmaxWithLoss().forward(scores, smooth), 1e-5);
    for (double[] row : new double[][] {{0, 0, 0}, {1, 1, 0}, {0.5, 0, 0}, {0.2, 0.3, 0.51}}) {
      Tensor t = Tensor.copyOf(new double[] {0, 1, 0, row[0], row[1], row[2]}, 2, 3);
      String sentence =
          "labels: row 1 of (2, 3) adds up to %s, expected 1, as in one-hot rows"
              .formatted(t.sum(1).get(1));
      refused(sentence, () -> new SoftmaxWithLoss().forward(scores, t));
      refused(sentence, () -> Functions.correct(scores, t));
      refused(sentence, () -> Functions.labels(t, 2, 3));
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1e6, 1e9, 1e11, 2.7e11, 1e12, 1e15, 1e16, -1e16, 1e300})
  void chartsRefuseWhatTheirAxesCannotTellApart(double value) {
    double[] close = {value, value * (1 + 1e-9)};
    double least = Math.min(close[0], close[1]);
    double most = Math.max(close[0], close[1]);
    String sentence =
        "Charts: %s from %s to %s are too close to be told apart; draw their differences";
    double[] plain = {0, 1};
    refused(
        sentence.formatted("loss", least, most),
        () -> Charts.lines("", "update", "loss", plain, Map.of("a", close)));
    refused(
        sentence.formatted("update", least, most),
        () -> Charts.lines("", "update", "loss", close, Map.of("a", plain)));
    refused(
        sentence.formatted("loss", least, most),
        () ->
            Charts.lines(
                "",
                "update",
                "loss",
                plain,
                Map.of(
                    "a",
                    new double[] {close[0], Double.NaN},
                    "b",
                    new double[] {close[1], close[1]})));
  }

  @Test
  void oneBesideOneAndTwoIsRefused() {
    refused(
        "Charts: loss from 1.0E16 to 1.0000000000000002E16 are too close to be told apart; draw"
            + " their differences",
        () ->
            Charts.lines(
                "",
                "update",
                "loss",
                new double[] {0, 1},
                Map.of("a", new double[] {1e16, 1e16 + 2})));
  }

  @Test
  void chartsRefuseInfinityAndNothing() {
    double[] x = {1, 2};
    double[] bad = {Double.POSITIVE_INFINITY, 1};
    refused(
        "Charts: y holds Infinity, expected finite numbers, or NaN for a gap",
        () -> Charts.lines("", "x", "y", x, Map.of("a", bad)));
    refused(
        "Charts: x holds Infinity, expected finite numbers, or NaN for a gap",
        () -> Charts.lines("", "x", "y", bad, Map.of("a", x)));
    refused(
        "Charts: y holds -Infinity, expected finite numbers, or NaN for a gap",
        () -> Charts.bars("", "x", "y", List.of("a"), new double[] {Double.NEGATIVE_INFINITY}));
    refused(
        "Charts: there are no numbers for y",
        () -> Charts.bars("", "x", "y", List.of(), new double[0]));
    refused(
        "Charts: there are no numbers for x",
        () -> Charts.lines("", "x", "y", new double[0], Map.of("a", new double[0])));
    refused("Charts: expected 1 to 6 lines, got 0", () -> Charts.lines("", "x", "y", x, Map.of()));
    refused("Charts: expected one chart or more, got none", Charts::picture);
    for (double min : new double[] {-0.1, 1, Double.NaN}) {
      refused(
          "Charts: expected an axis that begins at 0 to 0.999, got " + min,
          () -> Charts.accuracy(List.of(), min));
    }
  }

  /** Whatever is not refused is drawn, and drawing ends. */
  @Test
  void everyOtherNumberIsDrawn() {
    Fonts.needed();
    for (double[] values :
        new double[][] {
          {0, 0},
          {5, 5},
          {1e16, 1e16},
          {0.3, 0.1 + 0.2},
          {1, 1 + Math.ulp(1)},
          {1e9, 1000010000.0000001}, // a label of 21 letters, if it were drawn in full
          {-2.9584276965065605E10, -2.9583276965065605E10},
          {1e-320, 2e-320},
          {1e-300, 3e-300},
          {-1e308, 1e308},
          {0, 1e-16},
          {Double.NaN, Double.NaN},
          {Double.NaN, 3},
        }) {
      drawn(values);
    }
  }

  private static void drawn(double[] values) {
    double[] plain = new double[values.length];
    List<String> names = new ArrayList<>();
    for (int i = 0; i < values.length; i++) {
      plain[i] = i;
      names.add("bar " + i);
    }
    assertTimeoutPreemptively(
        Duration.ofMinutes(5),
        () -> {
          Charts.picture(Charts.bars("", "x", "y", names, values));
          try {
            Charts.picture(Charts.lines("", "x", "y", plain, Map.of("a", values)));
            Charts.picture(Charts.lines("", "x", "y", values, Map.of("a", plain)));
          } catch (IllegalArgumentException e) {
            assertTrue(e.getMessage().contains("too close to be told apart"), e.getMessage());
          }
        },
        () -> Arrays.toString(values));
  }

  @Test
  void randomNumbersAreDrawn() {
    Fonts.needed();
    Random random = new Random(1);
    for (int i = 0; i < 150; i++) {
      double first = Math.pow(10, random.nextInt(30) - 12) * (random.nextDouble() * 20 - 10);
      double range = Math.abs(first) * Math.pow(10, -random.nextInt(9));
      int N = 2 + random.nextInt(random.nextBoolean() ? 3 : 40);
      boolean even = random.nextBoolean();
      double[] values = new double[N];
      for (int n = 0; n < N; n++) {
        values[n] = first + range * (even ? (double) n / (N - 1) : random.nextDouble());
      }
      drawn(values);
    }
  }

  @Test
  void whatIsTooLargeToDrawIsRefused() {
    String sentence =
        "Pictures: %s pixels are too many to draw; take fewer pictures or a smaller zoom";
    refused(
        sentence.formatted("200000 x 200000"),
        () -> Pictures.colour(Tensor.zeros(3, 2, 2), 100_000));
    refused(
        "Charts: each line needs a name, one is blank",
        () -> Charts.lines("", "x", "y", new double[] {1}, Map.of("", new double[] {1})));
    refused("Charts: expected 1 class or more, got 0", () -> Charts.loss(new float[] {1}, 0));
    refused(
        "Handwriting: expected red, green and blue (3, H, W), got (4, 5, 5)",
        () -> Handwriting.of(Tensor.zeros(4, 5, 5)));
  }

  @Test
  void picturesRefuseWhatHasNoShade() {
    Tensor planes = Tensor.of(0, Double.NaN, 1, 2).reshape(1, 2, 2);
    String sentence =
        "Pictures: planes (1, 2, 2): element [0, 0, 1] is NaN, expected a finite number";
    refused(sentence, () -> Pictures.grid(planes, List.of(), 1, Ink.PAPER, 0, 1, 1));
    refused(sentence, () -> Pictures.featureMaps(planes.reshape(1, 1, 2, 2), 0));
    refused(sentence, () -> Pictures.filters(planes.reshape(1, 1, 2, 2)));
    String said =
        assertThrows(
                IllegalArgumentException.class,
                () -> Handwriting.of(Tensor.full(Double.NaN, 3, 4, 4)))
            .getMessage();
    assertEquals(
        "Handwriting: picture (3, 4, 4): element [0, 0, 0] is NaN, expected a finite number", said);
  }
}
