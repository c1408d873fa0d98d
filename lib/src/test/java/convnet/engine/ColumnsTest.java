package convnet.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.array.Copies;
import convnet.array.Indirect;
import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.tensor.Tensor;
import convnet.testing.Geometry;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against im2col and col2im, whose rows have the channels first. */
@EnabledIf("convnet.array.Engines#vector")
class ColumnsTest {
  @ParameterizedTest
  @MethodSource("convnet.testing.Geometry#sweep")
  void hasTheNumbersOfIm2col(Geometry g) {
    Tensor x = Tensor.randn(new Random(1), 1, g.C(), g.H(), g.W());
    Tensor expected = Im2col.im2col(x, g.FH(), g.FW(), g.stride(), g.pad());
    Columns columns = new Columns(window(g), g.C());
    float[] image = new float[columns.padded.size()];
    Arrays.fill(image, Float.NaN); // what was there before does not show
    columns.padded.put(channelsLast(x), 0, image);
    Indirect col = columns.of(image);
    assertEquals(expected.dim(0), col.rows().length);
    assertEquals(expected.dim(1), col.cols().length);
    for (int p = 0; p < col.rows().length; p++) {
      for (int k = 0; k < col.cols().length; k++) {
        assertEquals(expected.get(p, k), image[col.rows()[p] + col.cols()[place(g, k)]]);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("convnet.testing.Geometry#sweep")
  void collectsWhatCol2imCollectsHoweverManyAtATime(Geometry g) {
    int P = g.OH() * g.OW();
    int K = g.FH() * g.FW() * g.C();
    Tensor col = Tensor.randn(new Random(2), P, K);
    float[] expected =
        channelsLast(
            Im2col.col2im(
                col,
                Tensor.zeros(1, g.C(), g.H(), g.W()).shape(),
                g.FH(),
                g.FW(),
                g.stride(),
                g.pad()));
    Columns columns = new Columns(window(g), g.C());
    for (int step : new int[] {1, 3, P}) {
      float[] image = new float[columns.padded.size()];
      for (int p = 0; p < P; p += step) {
        int end = Math.min(P, p + step);
        float[] rows = new float[(end - p) * K + Copies.SLACK];
        Arrays.fill(rows, (end - p) * K, rows.length, Float.NaN);
        for (int i = 0; i < (end - p) * K; i++) {
          rows[i / K * K + place(g, i % K)] = (float) col.get(p + i / K, i % K);
        }
        columns.collect(rows, K, p, end, image);
      }
      float[] found = new float[expected.length];
      columns.padded.take(image, found, 0);
      assertArrayEquals(expected, found, 1e-5f);
    }
  }

  @ParameterizedTest
  @MethodSource("convnet.testing.Geometry#sweep")
  void takesTheImageOutOfItsBorder(Geometry g) {
    float[] x = Tensor.randn(new Random(3), g.C() * g.H() * g.W()).array();
    Columns columns = new Columns(window(g), g.C());
    float[] image = new float[columns.padded.size()];
    columns.padded.put(x, 0, image);
    float[] back = new float[x.length];
    columns.padded.take(image, back, 0);
    assertArrayEquals(x, back);
  }

  /** Where (FH, FW, C) has number k of (C, FH, FW). */
  private static int place(Geometry g, int k) {
    int F = g.FH() * g.FW();
    return k % F * g.C() + k / F;
  }

  private static float[] channelsLast(Tensor image) {
    return image.transpose(0, 2, 3, 1).array();
  }

  private static Window window(Geometry g) {
    return new Window(g.H(), g.W(), g.FH(), g.FW(), g.stride(), g.pad());
  }
}
