package convnet.optim;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.tensor.Tensor;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OptimizerTest {
  /** Two updates of a parameter at 1 with gradients 0.5 and -2, worked out by hand. */
  private static void follows(Optimizer optimizer, double first, double second) {
    Tensor W = Tensor.of(1);
    optimizer.update(Map.of("W1", W), Map.of("W1", Tensor.of(0.5)));
    assertEquals(first, W.get(0), 1e-6);
    optimizer.update(Map.of("W1", W), Map.of("W1", Tensor.of(-2)));
    assertEquals(second, W.get(0), 1e-6);
  }

  @Test
  void followTheBooksFormulas() {
    follows(new SGD(0.1), 0.95, 1.15);
    follows(new Momentum(0.1), 0.95, 0.95 - 0.9 * 0.05 + 0.2);
    follows(new Momentum(0.1, 0), 0.95, 1.15); // without inertia it is SGD
    follows(new AdaGrad(0.1), 0.9, 0.9 + 0.2 / Math.sqrt(4.25));
    double m = 0.9 * 0.05 - 0.2;
    double v = 0.999 * 0.00025 + 0.004;
    double lr = 0.1 * Math.sqrt(1 - 0.999 * 0.999) / (1 - 0.9 * 0.9);
    follows(new Adam(0.1), 0.9, 0.9 - lr * m / Math.sqrt(v));
  }

  @Test
  void decayPullsWeightsAndNoBiases() {
    follows(new SGD(0.1).decay(0.2), 0.93, 0.93 + 0.2 - 0.1 * 0.2 * 0.93);
    follows(new Momentum(0.1, 0).decay(0.2), 0.93, 0.93 + 0.2 - 0.1 * 0.2 * 0.93);
    follows(new AdaGrad(0.1).decay(0.2), 0.9, 0.9 + 0.182 / Math.sqrt(0.49 + 1.82 * 1.82));
    Tensor b = Tensor.of(1);
    Tensor dW = Tensor.of(0.5);
    new SGD(0.1).decay(0.2).update(Map.of("b1", b), Map.of("b1", dW));
    assertEquals(0.95, b.get(0), 1e-6);
    assertEquals(0.5, dW.get(0));
    refused("Adam: expected a weight decay of 0 or more, got -1.0", () -> new Adam(1).decay(-1));
    refused("SGD: expected a weight decay of 0 or more, got NaN", () -> new SGD(1).decay(0 / 0.0));
  }

  @Test
  void aScheduleChangesTheRateAtItsUpdates() {
    Optimizer sgd = new SGD(0.1).schedule(Schedule.steps(2, 0.5));
    assertEquals(0.1f, sgd.lr());
    float[] rates = new float[5];
    Tensor W = Tensor.of(0);
    for (int i = 0; i < rates.length; i++) {
      sgd.update(Map.of("W1", W), Map.of("W1", Tensor.of(1)));
      rates[i] = sgd.lr();
    }
    assertArrayEquals(new float[] {0.1f, 0.1f, 0.05f, 0.05f, 0.025f}, rates);
    assertEquals(-0.325, W.get(0), 1e-6);
    Schedule cosine = Schedule.cosine(4);
    double[] wave = {1, (2 + Math.sqrt(2)) / 4, 0.5, (2 - Math.sqrt(2)) / 4, 0, 0};
    for (int i = 0; i < wave.length; i++) {
      assertEquals(wave[i], cosine.factor(i), 1e-12);
    }
    assertEquals(1, Schedule.constant().factor(9));
  }

  @Test
  void refuseAndThenNothingHasChanged() {
    for (Optimizer optimizer : List.of(new SGD(1), new Momentum(1), new AdaGrad(1), new Adam(1))) {
      String name = optimizer.getClass().getSimpleName();
      Tensor W = Tensor.of(1, 2);
      Map<String, Tensor> params = new java.util.LinkedHashMap<>();
      params.put("W1", W);
      params.put("b1", Tensor.of(1));
      refused(
          name + ": parameter b1 (1,) needs a gradient of its shape, got (2,)",
          () -> optimizer.update(params, Map.of("W1", Tensor.of(1, 1), "b1", Tensor.of(1, 1))));
      refused(
          name + ": parameter b1 (1,) needs a gradient of its shape, got none",
          () -> optimizer.update(params, Map.of("W1", Tensor.of(1, 1))));
      assertEquals(0, W.maxAbsDiff(Tensor.of(1, 2)));
    }
    refused("AdaGrad: expected a learning rate above 0, got 0.0", () -> new AdaGrad(0));
    refused("SGD: expected a learning rate above 0, got NaN", () -> new SGD(Double.NaN));
    refused("Momentum: expected a momentum from 0 to below 1, got 1.0", () -> new Momentum(0.1, 1));
  }
}
