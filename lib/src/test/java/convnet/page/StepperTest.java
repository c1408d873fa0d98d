package convnet.page;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.layer.Convolution;
import convnet.layer.Pooling;
import convnet.tensor.Tensor;
import convnet.testing.Fonts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the steppers compute in the page is what the library computes. */
class StepperTest {
  private static final String WINDOWS = "src/main/resources/convnet/page/windows.js";

  @TempDir Path folder;

  @Test
  void everySmallWindowIsTheLibrarys() throws Exception {
    Random random = new Random(5);
    List<Json> jobs = new ArrayList<>();
    List<double[]> expected = new ArrayList<>(); // null: it does not fit
    for (int H = 2; H <= 6; H++) {
      for (int F = 1; F <= 4; F++) {
        for (int stride = 1; stride <= 3; stride++) {
          for (int pad = 0; pad <= 2; pad++) {
            int C = 1 + random.nextInt(2);
            Tensor x = Tensor.randn(random, 1, C, H, 5).map(v -> Math.round(4 * v));
            Tensor W = Tensor.randn(random, 1, C, 3, 3).map(v -> Math.round(4 * v));
            jobs.add(
                new Json()
                    .put("x", C, H, 5)
                    .put("numbers", doubles(x))
                    .put("window", F, F, stride, pad)
                    .put("filter", doubles(W)));
            expected.add(expected(x, W, F, stride, pad));
          }
        }
      }
    }
    Files.writeString(folder.resolve("jobs.json"), jobs.toString());
    String[] lines =
        Node.run("src/test/resources/page/windows.mjs", WINDOWS, "" + folder.resolve("jobs.json"))
            .strip()
            .split("\n");
    assertEquals(jobs.size(), lines.length);
    int fits = 0;
    for (int i = 0; i < lines.length; i++) {
      String job = jobs.get(i) + " gave " + lines[i];
      assertEquals(expected.get(i) == null, lines[i].startsWith("why "), job);
      if (expected.get(i) != null) {
        String[] numbers = lines[i].split(" ");
        double[] got = Stream.of(numbers).skip(1).mapToDouble(Double::parseDouble).toArray();
        assertArrayEquals(expected.get(i), got, 1e-4, job);
        fits++;
      }
    }
    assertTrue(fits > 30 && fits < lines.length, fits + " of " + lines.length + " fit");
  }

  /** OH, OW, col, what col2im makes of it, the maxima, the sums with the filter. */
  private static double[] expected(Tensor x, Tensor W, int F, int stride, int pad) {
    Window window;
    try {
      window = new Window(x.dim(2), x.dim(3), F, F, stride, pad);
    } catch (IllegalArgumentException e) {
      return null;
    }
    int C = x.dim(1);
    Tensor filter = Tensor.zeros(1, C, F, F); // the filter (3, 3), cut or with zeros behind
    for (int i = 0; i < filter.size(); i++) {
      int h = i / F % F;
      int w = i % F;
      if (h < 3 && w < 3) {
        filter.array()[i] = W.get(0, i / (F * F), h, w);
      }
    }
    Tensor col = Im2col.im2col(x, F, F, stride, pad);
    return Stream.of(
            Tensor.of(window.OH(), window.OW()),
            col,
            Im2col.col2im(col, x.shape(), F, F, stride, pad),
            new Pooling(F, F, stride, pad).forward(x),
            new Convolution(filter, Tensor.of(0), stride, pad).forward(x))
        .flatMapToDouble(t -> Arrays.stream(doubles(t)))
        .toArray();
  }

  private static double[] doubles(Tensor t) {
    double[] doubles = new double[t.size()];
    Arrays.setAll(doubles, i -> t.array()[i]);
    return doubles;
  }

  @Test
  void eachKindIsAPageWithAStill() throws IOException {
    Fonts.needed();
    Tensor x = Tensor.arange(1, 2, 4, 4);
    for (Page page :
        List.of(
            Stepper.convolution(x, Tensor.full(1.0, 1, 2, 3, 3), 0.5, 1, 1),
            Stepper.pooling(x, 2, 2, 0),
            Stepper.im2col(x, 3, 3, 1, 0),
            Stepper.col2im(1, 4, 5, 3, 3, 1, 0))) {
      assertTrue(page.html().contains("<img width=\""), page.words());
      assertTrue(page.words().endsWith(", step by step"));
      assertFalse(page.html().contains("\"params\""), "not a playground");
    }
    assertTrue(
        Stepper.convolution(x, Tensor.full(1.0, 1, 2, 3, 3), 0.5, 1, 1)
            .html()
            .contains("\"x\": [2, 4, 4]"));
  }

  @Test
  void whatDoesNotFitIsRefused() {
    String large = "Stepper: expected one image (1, C, H, W) of at most 10 x 10, got ";
    refused(
        large + "(1, 1, 28, 28); cut a piece out of it",
        () -> Stepper.pooling(Tensor.zeros(1, 1, 28, 28), 2, 2, 0));
    refused(
        large + "(2, 1, 4, 4); cut a piece out of it",
        () -> Stepper.im2col(Tensor.zeros(2, 1, 4, 4), 2, 2, 1, 0));
    refused(
        "Window: OH = (H + 2 pad - FH) / stride + 1 = (4 + 2*0 - 3) / 2 + 1 is not a whole number",
        () -> Stepper.col2im(1, 4, 4, 3, 3, 2, 0));
  }
}
