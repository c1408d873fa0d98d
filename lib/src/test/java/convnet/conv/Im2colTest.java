package convnet.conv;

import static convnet.testing.Check.close;
import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.Geometry;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class Im2colTest {
  @Test
  void rowsAreWindowsByHand() {
    Tensor col = Im2col.im2col(Tensor.arange(1, 1, 3, 3), 2, 2, 1, 0);
    assertArrayEquals(new float[] {0, 1, 3, 4, 1, 2, 4, 5, 3, 4, 6, 7, 4, 5, 7, 8}, col.array());
  }

  @ParameterizedTest
  @MethodSource("convnet.testing.Geometry#sweep")
  void everyElementIsThePixelOfItsWindow(Geometry g) {
    Tensor x = Tensor.randn(new Random(1), g.N(), g.C(), g.H(), g.W());
    Tensor col = Im2col.im2col(x, g.FH(), g.FW(), g.stride(), g.pad());
    Tensor padded = x.pad(g.pad());
    int row = 0;
    for (int n = 0; n < g.N(); n++) {
      for (int oh = 0; oh < g.OH(); oh++) {
        for (int ow = 0; ow < g.OW(); ow++, row++) {
          int column = 0;
          for (int c = 0; c < g.C(); c++) {
            for (int fh = 0; fh < g.FH(); fh++) {
              for (int fw = 0; fw < g.FW(); fw++) {
                assertEquals(
                    padded.get(n, c, oh * g.stride() + fh, ow * g.stride() + fw),
                    col.get(row, column++));
              }
            }
          }
        }
      }
    }
    assertEquals(row, col.dim(0));
  }

  /** {@code <im2col(x), y> = <x, col2im(y)>}. */
  @ParameterizedTest
  @MethodSource("convnet.testing.Geometry#sweep")
  void col2imIsTheAdjoint(Geometry g) {
    Random random = new Random(2);
    Tensor x = Tensor.randn(random, g.N(), g.C(), g.H(), g.W());
    Tensor col = Im2col.im2col(x, g.FH(), g.FW(), g.stride(), g.pad());
    Tensor y = Tensor.randn(random, col.shape().toArray());
    Tensor back = Im2col.col2im(y, x.shape(), g.FH(), g.FW(), g.stride(), g.pad());
    assertEquals(col.mul(y).sum(), x.mul(back).sum(), 1e-3);
  }

  @Test
  void whatLiesOutsideIsWhatIsAskedFor() {
    Tensor col = Im2col.im2col(Tensor.full(5, 1, 1, 1, 1), 2, 2, 1, 1, Double.NEGATIVE_INFINITY);
    float no = Float.NEGATIVE_INFINITY;
    assertArrayEquals(
        new float[] {no, no, no, 5, no, no, 5, no, no, 5, no, no, 5, no, no, no}, col.array());
  }

  @Test
  void col2imCountsTheOverlap() {
    Tensor ones = Tensor.full(1, 4, 4);
    close(
        "overlap",
        Tensor.copyOf(new double[] {1, 2, 1, 2, 4, 2, 1, 2, 1}, 1, 1, 3, 3),
        Im2col.col2im(ones, Shape.of(1, 1, 3, 3), 2, 2, 1, 0),
        0);
  }

  @Test
  void refusesOtherShapes() {
    refused(
        "im2col: expected images (N, C, H, W), got (28, 28)",
        () -> Im2col.im2col(Tensor.zeros(28, 28), 5, 5, 1, 0));
    refused(
        "col2im: expected images (N, C, H, W), got (28, 28)",
        () -> Im2col.col2im(Tensor.zeros(4, 4), Shape.of(28, 28), 5, 5, 1, 0));
    refused(
        "col2im: expected (N*OH*OW, C*FH*FW) = (4, 4), got (4, 5)",
        () -> Im2col.col2im(Tensor.zeros(4, 5), Shape.of(1, 1, 3, 3), 2, 2, 1, 0));
  }
}
