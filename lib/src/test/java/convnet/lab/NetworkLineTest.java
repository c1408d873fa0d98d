package convnet.lab;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.net.ConvNetConfig;
import convnet.net.LeNet;
import convnet.net.Network;
import convnet.net.SimpleConvNet;
import convnet.net.WeightStart;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Networks in one line: what they make, and what is said of a line that is none. */
class NetworkLineTest {
  private static final Shape DIGIT = Shape.of(1, 28, 28);

  private static Network network(String line) {
    return new NetworkLine(line).network(DIGIT, 10, WeightStart.HE, 3);
  }

  private static void same(Network expected, Network actual) {
    assertEquals(expected.layers().keySet(), actual.layers().keySet());
    Map<String, Tensor> params = actual.params();
    expected.params().forEach((name, p) -> assertArrayEquals(p.array(), params.get(name).array()));
    Tensor x = Tensor.randn(new Random(1), 2, 1, 28, 28);
    assertEquals(expected.shapes(x), actual.shapes(x));
    assertArrayEquals(expected.predict(x).array(), actual.predict(x).array());
  }

  @Test
  void makesTheNetworksOfTheChapter() {
    ConvNetConfig config = ConvNetConfig.chapter7().withSeed(3);
    String line = Experiment.of(config).get("network");
    assertEquals("conv 30 5x5, relu, pool 2, affine 100, relu, affine 10", line);
    same(new SimpleConvNet(config), new NetworkLine(line).network(DIGIT, 10, inputs -> 0.01, 3));
    ConvNetConfig other =
        config.withFilters(4).withFilterSize(3).withPad(1).withStride(3).withHidden(7);
    line = Experiment.of(other).get("network");
    assertEquals("conv 4 3x3 stride 3 pad 1, relu, pool 2, affine 7, relu, affine 10", line);
    same(new SimpleConvNet(other), new NetworkLine(line).network(DIGIT, 10, inputs -> 0.01, 3));
    same(
        new LeNet(3),
        network(
            "conv 6 5x5 pad 2, relu, pool 2, conv 16 5x5, relu, pool 2,"
                + " affine 120, relu, affine 84, relu, affine 10"));
  }

  @Test
  void makesEveryLayer() {
    Network network =
        network(
            "conv 4 3x3 pad 1, relu, average 2, conv 5 3x3, relu, pool 3 stride 3, dropout 0.25,"
                + "affine 6, relu, dropout 0.5, affine 10, dropout 0.5");
    assertEquals(
        "[Conv1, Relu1, Average1, Conv2, Relu2, Pool1, Dropout1, Affine1, Relu3, Dropout2, Affine2,"
            + " Dropout3]",
        network.layers().keySet().toString());
    Map<String, Shape> shapes = network.shapes(Tensor.zeros(2, 1, 28, 28));
    assertEquals(Shape.of(2, 4, 14, 14), shapes.get("Average1"));
    assertEquals(Shape.of(2, 5, 4, 4), shapes.get("Pool1"));
    assertEquals(Shape.of(2, 10), shapes.get("Dropout3"));
  }

  /** Xavier and He spread by the inputs of a filter or a neuron. */
  @Test
  void weightsSpreadByTheirInputs() {
    Network he = network("conv 50 5x5, relu, pool 2, affine 100, relu, affine 10");
    assertEquals(Math.sqrt(2.0 / 25), deviation(he.params().get("W1")), 0.02);
    assertEquals(Math.sqrt(2.0 / 7200), deviation(he.params().get("W2")), 1e-4);
    assertEquals(Math.sqrt(1.0 / 100), WeightStart.XAVIER.std(100));
  }

  private static double deviation(Tensor W) {
    return Math.sqrt(W.map(v -> v * v).sum() / W.size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "' Conv  8  3X3   PAD 1,relu ,pool 2x2,  affine 10 '|conv 8 3x3 pad 1, relu, pool 2, affine 10",
        "conv 8 3 stride 1 pad 0, affine 10 | conv 8 3x3, affine 10",
        "pool 2 stride 2 pad 0, affine 10   | pool 2, affine 10",
        "pool 3 stride 1 pad 1, affine 10   | pool 3 stride 1 pad 1, affine 10",
        "dropout 0.50, affine 10            | dropout 0.5, affine 10",
      })
  void isWrittenAsShortAsItCan(String line, String expected) {
    NetworkLine read = new NetworkLine(line);
    assertEquals(expected, read.toString());
    assertEquals(expected, new NetworkLine(read.toString()).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "cnv 8 3x3     | expected conv, pool, average, affine, relu or dropout in \"cnv 8 3x3\", got \"cnv\"",
        "relu,,affine 10 | expected conv, pool, average, affine, relu or dropout, got nothing between two commas",
        "relu, affine 10, | expected conv, pool, average, affine, relu or dropout, got nothing after the last comma",
        "conv          | expected a number of filters such as 16 after \"conv\", got nothing",
        "conv 8        | expected a filter such as 3x3 after \"conv 8\", got nothing",
        "conv 3x3 8    | expected a number of filters such as 16 in \"conv 3x3 8\", got \"3x3\"",
        "conv 0 3x3    | expected a number of filters such as 16 in \"conv 0 3x3\", got \"0\"",
        "conv 8 3x5    | expected a filter such as 3x3 in \"conv 8 3x5\", got \"3x5\"",
        "conv 8 3x3 pda 1 | expected stride, pad or a comma in \"conv 8 3x3 pda 1\", got \"pda\"",
        "conv 8 3x3 pad | expected a pad such as 1 after \"conv 8 3x3 pad\", got nothing",
        "conv 8 3x3 pad -1 | expected a pad such as 1 in \"conv 8 3x3 pad -1\", got \"-1\"",
        "conv 8 3x3 stride 0 | expected a stride such as 2 in \"conv 8 3x3 stride 0\", got \"0\"",
        "conv 8 3x3 relu | expected stride, pad or a comma in \"conv 8 3x3 relu\", got \"relu\"",
        "relu 3        | expected a comma in \"relu 3\", got \"3\"",
        "affine        | expected a number of neurons such as 100 after \"affine\", got nothing",
        "affine 1e2    | expected a number of neurons such as 100 in \"affine 1e2\", got \"1e2\"",
        "affine 10 pad 1 | expected a comma in \"affine 10 pad 1\", got \"pad\"",
        "pool x        | expected a window such as 2 in \"pool x\", got \"x\"",
        "dropout 1     | expected a ratio from 0 to below 1, such as 0.5, in \"dropout 1\", got \"1\"",
        "dropout half  | expected a ratio from 0 to below 1, such as 0.5, in \"dropout half\", got \"half\"",
      })
  void namesTheWordThatIsNone(String line, String message) {
    refused("network: " + message, () -> new NetworkLine(line));
    refused("network: " + message, () -> Experiment.chapter7().with("network", line));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "conv 8 3x3, relu | 'relu' at the end leaves (8, 26, 26), expected 10 scores; end with affine 10",
        "conv 8 3x3, affine 9 | 'affine 9' at the end leaves (9,), expected 10 scores; end with affine 10",
        "affine 100, relu, pool 2, affine 10 | 'pool 2' needs images (C, H, W), before it there are (100,); put it before every affine",
        "conv 8 29x29, affine 10 | 'conv 8 29x29' does not fit images (1, 28, 28): Window: 29 x 29 does not fit into the image of 28 x 28 with pad 0",
        "conv 8 4x4, pool 2, affine 10 | 'pool 2' does not fit images (8, 25, 25): Window: OH = (H + 2 pad - FH) / stride + 1 = (25 + 2*0 - 2) / 2 + 1 is not a whole number",
      })
  void namesTheLayerThatDoesNotFitAndTheShapeBeforeIt(String line, String message) {
    refused("network: " + message.replace('\'', '"'), () -> network(line));
  }
}
