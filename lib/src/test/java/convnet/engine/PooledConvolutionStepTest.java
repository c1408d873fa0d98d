package convnet.engine;

import static convnet.testing.Check.close;
import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.layer.Convolution;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The joined step against the three that it stands for. */
@EnabledIf("convnet.array.Engines#fast")
class PooledConvolutionStepTest {
  private static final int[][] FILTERS = {{5, 5}, {3, 3}, {2, 3}, {3, 2}, {1, 1}};

  @Test
  void givesTheNumbersOfTheThreeLayers() {
    int geometries = 0;
    for (int C : new int[] {1, 2}) {
      for (int FN : new int[] {1, 4}) {
        for (int[] filter : FILTERS) {
          for (int pad = 0; pad < Math.min(3, Math.min(filter[0], filter[1])); pad++) {
            for (int[] pooled : new int[][] {{1, 1}, {2, 3}, {4, 5}, {12, 12}, {3, 20}}) {
              int H = 2 * pooled[0] + filter[0] - 1 - 2 * pad;
              int W = 2 * pooled[1] + filter[1] - 1 - 2 * pad;
              if (H > 0 && W > 0) {
                Random random = new Random(geometries++);
                Tensor filters = Tensor.randn(random, FN, C, filter[0], filter[1]);
                Tensor b = Tensor.randn(random, FN);
                compare(new Convolution(filters, b, 1, pad), Tensor.randn(random, 3, C, H, W));
              }
            }
          }
        }
      }
    }
    assertTrue(geometries > 150, "" + geometries);
  }

  /** Layers share a thread's scratch memory: padding is zero whatever was there before. */
  @Test
  void doesNotSeeWhatALargerImageLeftBehind() {
    Random random = new Random(7);
    Convolution large = new Convolution(Tensor.randn(random, 6, 2, 3, 3), Tensor.zeros(6), 1, 0);
    Convolution padded = new Convolution(Tensor.randn(random, 4, 1, 3, 3), Tensor.zeros(4), 1, 1);
    compare(large, Tensor.randn(random, 3, 2, 30, 30));
    compare(padded, Tensor.randn(random, 3, 1, 8, 8));
  }

  private static void compare(Convolution convolution, Tensor x) {
    StepLayer joined = StepLayer.joined(convolution);
    ReLU relu = new ReLU();
    Pooling pooling = new Pooling(2, 2, 2, 0);
    Tensor expected = pooling.forward(relu.forward(convolution.forward(x)));
    String what = convolution.W().shape() + " over " + x.shape();
    close(what, expected, joined.forward(x), 5e-6);
    Tensor dout = Tensor.randn(new Random(1), expected.shape().toArray());
    convolution.backward(relu.backward(pooling.backward(dout)));
    joined.backwardParameters(dout);
    close("dW of " + what, convolution.dW(), joined.dW(), 5e-6);
    close("db of " + what, convolution.db(), joined.db(), 5e-6);
  }

  @Test
  void keepsNaNAndTakesTheFirstOfEquals() {
    Tensor W = Tensor.full(1, 1, 1, 1, 1);
    Convolution convolution = new Convolution(W, Tensor.zeros(1), 1, 0);
    StepLayer joined = StepLayer.joined(convolution);
    for (int place = 0; place < 4; place++) {
      Tensor x = Tensor.full(1, 1, 1, 2, 2);
      x.array()[place] = Float.NaN;
      assertTrue(Float.isNaN(joined.forward(x).array()[0]), "NaN at " + place);
    }
    // Of a window of 1 x 2 the first of four places is seen in dW: its two pixels are 3 and 4.
    Tensor pair = Tensor.zeros(1, 1, 1, 2);
    StepLayer equals = StepLayer.joined(new Convolution(pair, Tensor.full(1, 1), 1, 0));
    equals.forward(Tensor.of(3, 4, 5, 6, 7, 8).reshape(1, 1, 2, 3));
    equals.backwardParameters(Tensor.full(5, 1, 1, 1, 1));
    assertArrayEquals(new float[] {15, 20}, equals.dW().array());
    StepLayer blocked = StepLayer.joined(new Convolution(pair, Tensor.full(-1, 1), 1, 0));
    blocked.forward(Tensor.of(3, 4, 5, 6, 7, 8).reshape(1, 1, 2, 3));
    blocked.backwardParameters(Tensor.full(5, 1, 1, 1, 1));
    assertArrayEquals(new float[] {0, 0}, blocked.dW().array());
  }

  @Test
  void joinsTheChaptersPairOnly() {
    Tensor W = Tensor.zeros(1, 1, 3, 3);
    Convolution step1 = new Convolution(W, Tensor.zeros(1), 1, 0);
    Convolution step2 = new Convolution(W, Tensor.zeros(1), 2, 0);
    assertTrue(PooledConvolutionStep.joins(step1, new Pooling(2, 2, 2, 0)));
    assertFalse(PooledConvolutionStep.joins(step2, new Pooling(2, 2, 2, 0)));
    assertFalse(PooledConvolutionStep.joins(step1, new Pooling(3, 3, 3, 0)));
    assertFalse(PooledConvolutionStep.joins(step1, new Pooling(2, 2, 2, 1)));
  }

  @Test
  void refusesWhatTheLayersRefuse() {
    Convolution convolution = new Convolution(Tensor.zeros(2, 1, 3, 3), Tensor.zeros(2), 1, 0);
    StepLayer joined = StepLayer.joined(convolution);
    refused(
        "Convolution: input (1, 2, 6, 6) has 2 channels, W (2, 1, 3, 3) needs 1",
        () -> joined.forward(Tensor.zeros(1, 2, 6, 6)));
    refused(
        "Window: OH = (H + 2 pad - FH) / stride + 1 = (5 + 2*0 - 2) / 2 + 1 is not a whole number",
        () -> joined.forward(Tensor.zeros(1, 1, 7, 7)));
  }
}
