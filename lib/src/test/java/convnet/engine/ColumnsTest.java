package convnet.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.array.Copies;
import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.tensor.Tensor;
import convnet.testing.Geometry;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against im2col, whose rows are these columns. */
@EnabledIf("convnet.array.Engines#vector")
class ColumnsTest {
  @ParameterizedTest
  @MethodSource("convnet.testing.Geometry#sweep")
  void everyPartHasTheColumnsOfItsWindows(Geometry g) {
    Tensor x = Tensor.randn(new Random(1), 1, g.C(), g.H(), g.W());
    Tensor col = Im2col.im2col(x, g.FH(), g.FW(), g.stride(), g.pad());
    Columns columns = new Columns(window(g), g.C());
    float[] image = new float[columns.paddedSize()];
    Arrays.fill(image, Float.NaN); // what was there before does not show
    columns.pad(x.array(), 0, image);
    int P = col.dim(0);
    for (int size : new int[] {1, 3, 32, P}) {
      int done = 0;
      for (Runs part : columns.parts(size)) {
        assertEquals(done, part.from());
        float[] rows = new float[columns.rows() * (size + 2) + Copies.SLACK];
        columns.expand(image, part, rows, size + 2);
        for (int k = 0; k < columns.rows(); k++) {
          for (int p = part.from(); p < part.to(); p++) {
            assertEquals(col.get(p, k), rows[k * (size + 2) + p - part.from()]);
          }
        }
        done = part.to();
      }
      assertEquals(P, done);
    }
  }

  @ParameterizedTest
  @MethodSource("convnet.testing.Geometry#sweep")
  void rowByRowCollectsTheSame(Geometry g) {
    Window window = window(g);
    Random random = new Random(2);
    Columns columns = new Columns(window, g.C());
    int K = columns.rows();
    Tensor col = Tensor.randn(random, K, g.OH() * g.OW());
    float[] once = new float[columns.paddedSize()];
    columns.collect(col.array(), 0, g.OH(), once);
    float[] byRow = new float[columns.paddedSize()];
    for (int oh = 0; oh < g.OH(); oh++) {
      float[] row = new float[K * g.OW()];
      for (int k = 0; k < K; k++) {
        System.arraycopy(col.array(), (k * g.OH() + oh) * g.OW(), row, k * g.OW(), g.OW());
      }
      columns.collect(row, oh, oh + 1, byRow);
    }
    for (int i = 0; i < once.length; i++) {
      assertEquals(once[i], byRow[i], 1e-5);
    }
  }

  @ParameterizedTest
  @MethodSource("convnet.testing.Geometry#sweep")
  void takesTheImageOutOfItsBorder(Geometry g) {
    Tensor x = Tensor.randn(new Random(3), 1, g.C(), g.H(), g.W());
    Columns columns = new Columns(window(g), g.C());
    float[] image = new float[columns.paddedSize()];
    columns.pad(x.array(), 0, image);
    Tensor back = Tensor.zeros(1, g.C(), g.H(), g.W());
    columns.unpad(image, back.array(), 0);
    assertEquals(0, x.maxAbsDiff(back));
  }

  private static Window window(Geometry g) {
    return new Window(g.H(), g.W(), g.FH(), g.FW(), g.stride(), g.pad());
  }
}
