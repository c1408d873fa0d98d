package convnet.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.tensor.Tensor;
import org.junit.jupiter.api.Test;

class GradientCheckTest {
  @Test
  void findsTheSlopeOfAParabolaAndPutsTheValuesBack() {
    Tensor at = Tensor.of(1, -2, 3);
    Tensor slopes = GradientCheck.numericalGradient(() -> at.mul(at).sum(), at);
    assertEquals(0, slopes.maxAbsDiff(Tensor.of(2, -4, 6)), 1e-3);
    assertEquals(0, at.maxAbsDiff(Tensor.of(1, -2, 3)));
  }

  @Test
  void putsTheValueBackWhenTheFunctionFails() {
    Tensor at = Tensor.of(1);
    assertThrows(
        IllegalStateException.class,
        () ->
            GradientCheck.numericalGradient(
                () -> {
                  throw new IllegalStateException();
                },
                at));
    assertEquals(1, at.get(0));
  }

  @Test
  void relativeError() {
    assertEquals(0, GradientCheck.relativeError(Tensor.of(1, 2), Tensor.of(1, 2)));
    assertEquals(0.25, GradientCheck.relativeError(Tensor.of(1, 4), Tensor.of(2, 4)));
    assertTrue(
        Double.isNaN(GradientCheck.relativeError(Tensor.of(1, 4), Tensor.of(Double.NaN, 4))));
    assertEquals(0, GradientCheck.relativeError(Tensor.of(0, 0), Tensor.of(0, 0)));
  }
}
