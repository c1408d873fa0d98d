package convnet.tensor;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FunctionsTest {
  @Test
  void softmaxDoesNotOverflow() {
    Tensor y = Functions.softmax(Tensor.copyOf(new double[] {1000, 1000, -1000, 0}, 2, 2));
    assertEquals(0.5, y.get(0, 0));
    assertEquals(1, y.get(1, 1));
    assertTrue(Float.isNaN(Functions.softmax(Tensor.of(1, Double.NaN)).get(0)));
  }

  @Test
  void crossEntropyTakesBothKindsOfLabels() {
    Tensor y = Tensor.copyOf(new double[] {0.25, 0.75, 0.5, 0.5}, 2, 2);
    double expected = -(Math.log(0.75 + 1e-7) + Math.log(0.5 + 1e-7)) / 2;
    assertEquals(expected, Functions.crossEntropyError(y, Tensor.of(1, 0)), 1e-9);
    Tensor oneHot = Tensor.copyOf(new double[] {0, 1, 1, 0}, 2, 2);
    assertEquals(expected, Functions.crossEntropyError(y, oneHot), 1e-9);
  }

  @Test
  void refusesLabelsOutOfRange() {
    Tensor y = Tensor.full(0.1, 2, 10);
    refused(
        "labels: label 1 is 10.0, expected a class from 0 to 9",
        () -> Functions.crossEntropyError(y, Tensor.of(3, 10)));
    refused(
        "labels: label 0 is -1.0, expected a class from 0 to 9",
        () -> Functions.crossEntropyError(y, Tensor.of(-1, 1)));
    refused(
        "labels: label 0 is 0.5, expected a class from 0 to 9",
        () -> Functions.labels(Tensor.of(0.5, 1), 2, 10));
    refused(
        "labels: label 1 is NaN, expected a class from 0 to 9",
        () -> Functions.labels(Tensor.of(3, Double.NaN), 2, 10));
    refused(
        "labels (1, 3): element [0, 1] is Infinity, expected a finite number",
        () -> Functions.labels(Tensor.of(1, Double.POSITIVE_INFINITY, 0).reshape(1, 3), 1, 3));
    refused(
        "labels: expected one-hot (2, 10) or class numbers (2,), got (3,)",
        () -> Functions.crossEntropyError(y, Tensor.of(1, 2, 3)));
  }
}
