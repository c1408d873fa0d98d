package convnet.net;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.tensor.Tensor;
import convnet.testing.TinyMnist;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Parameters from elsewhere, and looks into a network. */
class NetworkTest {
  private static final ConvNetConfig SMALL =
      TinyMnist.config().withFilters(3).withHidden(7).withWeightStd(0.3);

  private final Network network = new SimpleConvNet(SMALL);
  private final Tensor x = Tensor.randn(new Random(1), 2, 1, 8, 8);

  @Test
  void takesOverParametersByCopying() {
    Network other = new SimpleConvNet(SMALL.withSeed(9));
    network.setParams(other.params());
    assertArrayEquals(other.predict(x).array(), network.predict(x).array());
    other.params().get("W1").array()[0] += 1;
    assertEquals(
        1,
        other.params().get("W1").get(0, 0, 0, 0) - network.params().get("W1").get(0, 0, 0, 0),
        1e-6);
  }

  @Test
  void refusesOtherNamesAndShapesAndChangesNothing() {
    float[] before = network.predict(x).array();
    Map<String, Tensor> wrong = new LinkedHashMap<>();
    wrong.put("W1", Tensor.zeros(3, 1, 3, 3));
    wrong.put("b1", Tensor.zeros(3));
    refused(
        "Network: expected the parameters W1 b1 W2 b2 W3 b3, got W1 b1",
        () -> network.setParams(wrong));
    Map<String, Tensor> shapes = new LinkedHashMap<>();
    network.params().forEach((name, p) -> shapes.put(name, Tensor.zeros(p.shape())));
    shapes.put("b3", Tensor.zeros(11));
    refused("Network: parameter b3 has shape (10,), got (11,)", () -> network.setParams(shapes));
    shapes.put("b3", Tensor.full(Double.NaN, 10));
    refused(
        "Network: parameter b3 (10,): element [0] is NaN, expected a finite number",
        () -> network.setParams(shapes));
    assertArrayEquals(before, network.predict(x).array());
  }

  @Test
  void namesPixelsThatAreNotNumbers() {
    Tensor t = Tensor.of(3, 8);
    Tensor bad = x.copy();
    bad.set(Double.NEGATIVE_INFINITY, 1, 0, 4, 5);
    Map<String, Executable> calls =
        Map.of(
            "predict", () -> network.predict(bad),
            "loss", () -> network.loss(bad, t),
            "accuracy", () -> network.accuracy(bad, t, 1),
            "gradient", () -> network.gradient(bad, t),
            "inputGradient", () -> network.inputGradient(bad, t),
            "activations", () -> network.activations(bad));
    calls.forEach(
        (name, call) ->
            refused(
                name
                    + ": x "
                    + x.shape()
                    + ": element [1, 0, 4, 5] is -Infinity, expected a finite number",
                call));
  }

  @Test
  void activationsEndWithThePrediction() {
    Map<String, Tensor> activations = network.activations(x);
    assertEquals(network.layers().keySet(), activations.keySet());
    assertEquals("(2, 3, 3, 3)", activations.get("Pool1").shape().toString());
    assertArrayEquals(network.predict(x).array(), activations.get("Affine2").array());
  }

  @Test
  void theInputGradientIsTheSlopeOfTheLoss() {
    Tensor t = Tensor.of(3, 8);
    Tensor gradient = network.inputGradient(x, t);
    assertEquals(x.shape(), gradient.shape());
    double step = 1e-2;
    for (int i = 0; i < x.size(); i += 5) {
      Tensor up = x.copy();
      Tensor down = x.copy();
      up.array()[i] += (float) step;
      down.array()[i] -= (float) step;
      double slope = (network.loss(up, t) - network.loss(down, t)) / (2 * step);
      assertEquals(slope, gradient.array()[i], 5e-3, "pixel " + i);
    }
  }
}
