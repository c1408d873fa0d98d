package convnet.engine;

import static convnet.testing.Check.close;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.array.Matrix;
import convnet.layer.Affine;
import convnet.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** The affine layer behind ReLU: what is zero for every image is left out, and nobody notices. */
@EnabledIf("convnet.array.Engines#fast")
class AffineStepTest {
  private static final int N = 23;
  private static final int D = 700;
  private static final int M = 20;

  private final Random random = new Random(1);
  private final Tensor W = Tensor.randn(random, D, M);
  private final Tensor b = Tensor.randn(random, M);
  private final Tensor dout = Tensor.randn(random, N, M);
  private final Tensor x = rectified();
  private final StepLayer affine = StepLayer.of(new Affine(W, b));

  /** Two features of three zero for all images, the others for half of them. */
  private Tensor rectified() {
    Tensor x = Tensor.zeros(N, D);
    for (int d = 0; d < D; d++) {
      for (int n = 0; n < N && alive(d); n++) {
        x.set(random.nextBoolean() ? Math.abs((float) random.nextGaussian()) : 0, n, d);
      }
    }
    return x;
  }

  private static boolean alive(int d) {
    return d / 50 % 3 == 1;
  }

  @Test
  void forwardAndBackwardAgreeWithTheWholeProducts() {
    close("out", x.dot(W).add(b), affine.forward(x), 1e-5);
    close("dx", dout.dot(W.transpose()), affine.backward(dout), 1e-5); // of dead features too
    close("dW", x.transpose().dot(dout), affine.dW(), 1e-5);
    close("db", dout.sum(0), affine.db(), 1e-5);
  }

  @Test
  void behindReluNobodyAsksForTheGradientOfAFeatureThatIsZeroThroughout() {
    affine.forward(x);
    affine.backward(dout);
    Tensor whole = affine.dW();
    Tensor dx = Tensor.full(7, N, D);
    affine.backward(dout, Matrix.of(dx.array(), N), true);
    assertEquals(0, whole.maxAbsDiff(affine.dW()));
    Tensor expected = dout.dot(W.transpose());
    int left = 0;
    for (int d = 0; d < D; d++) {
      for (int n = 0; n < N; n++) {
        if (alive(d)) {
          assertEquals(expected.get(n, d), dx.get(n, d), 1e-4);
        } else {
          left += dx.get(n, d) == 7 ? 1 : 0;
        }
      }
    }
    assertTrue(left > N * D / 2, left + " numbers left out");
  }
}
