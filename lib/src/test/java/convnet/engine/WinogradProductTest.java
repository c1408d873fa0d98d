package convnet.engine;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.conv.Window;
import convnet.layer.Convolution;
import convnet.layer.Layer;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.net.Network;
import convnet.tensor.Tensor;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against the chapter's convolution, forward and back to the image. */
@EnabledIf("convnet.array.Engines#vector")
class WinogradProductTest {
  /** Rounding a number, 2^-24 of it, eight times over. */
  private static final double ROUNDING = 8 * 0x1p-24;

  /** Images of {@code (C, H, W)}, FN filters and a pad. */
  record Shapes(int C, int H, int W, int FN, int pad) {
    Tensor image(Random random) {
      return Tensor.randn(random, 3, C, H, W);
    }

    Convolution convolution(Random random) {
      return new Convolution(Tensor.randn(random, FN, C, 3, 3), Tensor.randn(random, FN), 1, pad);
    }
  }

  static Stream<Shapes> shapes() {
    return Stream.of(
        new Shapes(8, 3, 3, 8, 0), // one result
        new Shapes(8, 1, 1, 9, 1),
        new Shapes(9, 1, 2, 8, 2),
        new Shapes(16, 28, 28, 16, 1),
        new Shapes(16, 13, 12, 20, 1), // odd down, even across
        new Shapes(32, 14, 14, 32, 2),
        new Shapes(12, 9, 7, 70, 0), // more than two panels, the last one narrow
        new Shapes(64, 8, 8, 64, 1),
        new Shapes(300, 5, 5, 8, 1), // deeper than a block of the product
        new Shapes(8, 4, 150, 8, 1)); // a row has more tiles than are taken at a time
  }

  /** Eighths and small whole numbers: no sum is rounded, so the order cannot matter. */
  @ParameterizedTest
  @MethodSource("shapes")
  void everyBitIsTheChapters(Shapes shapes) {
    Random random = new Random(1);
    Tensor x = eighths(shapes.image(random));
    Convolution layer = shapes.convolution(random);
    Convolution chapter = new Convolution(eighths(layer.W()), eighths(layer.b()), 1, shapes.pad());
    StepLayer step = StepLayer.of(chapter);
    Tensor out = chapter.forward(x);
    assertTrue(
        WinogradProduct.suits(
            shapes.C(), shapes.FN(), new Window(shapes.H(), shapes.W(), 3, 3, 1, shapes.pad())));
    assertArrayEquals(out.array(), step.forward(x).array());
    Tensor dout = eighths(Tensor.randn(random, out.shape().toArray()));
    assertArrayEquals(chapter.backward(dout).array(), step.backward(dout).array());
    assertArrayEquals(chapter.dW().array(), step.dW().array());
    assertArrayEquals(chapter.db().array(), step.db().array());
  }

  static Stream<Shapes> evenOutputs() {
    return shapes().filter(s -> (s.H() + 2 * s.pad()) % 2 == 0 && (s.W() + 2 * s.pad()) % 2 == 0);
  }

  /** Where nothing goes back, the largest of each tile's results is all that is written. */
  @ParameterizedTest
  @MethodSource("evenOutputs")
  void reluAndPoolingAreTheChaptersAtOnce(Shapes shapes) {
    Random random = new Random(4);
    Convolution layer = shapes.convolution(random);
    Convolution chapter = new Convolution(eighths(layer.W()), eighths(layer.b()), 1, shapes.pad());
    Tensor x = eighths(shapes.image(random));
    x.array()[random.nextInt(x.size())] = Float.NaN;
    for (boolean reluFirst : new boolean[] {true, false}) {
      Network network =
          new Network()
              .add("Relu0", new ReLU()) // a first convolution would be another step
              .add("Conv1", chapter)
              .add("First", reluFirst ? new ReLU() : new Pooling(2, 2, 2, 0))
              .add("Second", reluFirst ? new Pooling(2, 2, 2, 0) : new ReLU());
      Tensor expected = x;
      for (Layer each : network.layers().values()) {
        expected = each.forward(expected);
      }
      assertArrayEquals(expected.array(), new FastEngine(network).scores(x).array());
    }
  }

  /** A weight, or a bias, may change where it lies, as every update changes all of them. */
  @Test
  void takesOverFiltersThatHaveChanged() {
    Random random = new Random(5);
    Shapes shapes = new Shapes(8, 6, 6, 8, 1);
    Tensor x = eighths(shapes.image(random));
    Convolution layer = shapes.convolution(random);
    Convolution chapter = new Convolution(eighths(layer.W()), eighths(layer.b()), 1, 1);
    StepLayer step = StepLayer.of(chapter);
    for (int change = 0; change < 3; change++) {
      assertArrayEquals(chapter.forward(x).array(), step.forward(x).array());
      Tensor changed = change == 0 ? chapter.W() : chapter.b();
      changed.array()[changed.size() - 1] += 0.25f;
    }
  }

  private static Tensor eighths(Tensor x) {
    return x.map(v -> Math.rint(4 * v) / 8);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void roundsHardlyMore(Shapes shapes) {
    Random random = new Random(2);
    Tensor x = shapes.image(random);
    Convolution chapter = shapes.convolution(random);
    Tensor none = Tensor.zeros(shapes.FN());
    Convolution sizes = new Convolution(chapter.W().map(Math::abs), none, 1, shapes.pad());
    StepLayer step = StepLayer.of(chapter);
    Tensor out = chapter.forward(x);
    double size = largest(sizes.forward(x.map(Math::abs)));
    assertEquals(0, out.maxAbsDiff(step.forward(x)), ROUNDING * size);
    Tensor dout = Tensor.randn(random, out.shape().toArray());
    size = largest(sizes.backward(dout.map(Math::abs)));
    assertEquals(0, chapter.backward(dout).maxAbsDiff(step.backward(dout)), ROUNDING * size);
  }

  private static double largest(Tensor x) {
    return x.reshape(-1).max(0).get();
  }

  /** A rounding error in its place, however small, would pass through ReLU every other time. */
  @Test
  void aWindowOfZerosGivesTheBias() {
    Random random = new Random(3);
    Tensor x = Tensor.randn(random, 1, 16, 12, 12);
    for (int c = 0; c < 16; c++) {
      for (int h = 0; h < 12; h++) {
        for (int w = h < 5 ? 0 : 7; w < 12; w++) {
          x.set(0, 0, c, h, w); // what remains lies below and left of (5, 7)
        }
      }
    }
    Convolution chapter = new Shapes(16, 12, 12, 16, 1).convolution(random);
    Tensor out = StepLayer.of(chapter).forward(x);
    int windows = 0;
    for (int h = 0; h < 12; h++) {
      for (int w = 0; w < 12; w++) {
        if (h < 4 || w > 7) { // the window lies above what remains, or to the right
          windows++;
          for (int f = 0; f < 16; f++) {
            assertEquals(chapter.b().get(f), out.get(0, f, h, w), h + ", " + w);
          }
        }
      }
    }
    assertEquals(4 * 12 + 8 * 4, windows);
  }

  @Test
  void otherConvolutionsKeepTheirColumnMatrix() {
    assertFalse(WinogradProduct.suits(16, 16, new Window(9, 9, 3, 3, 2, 1)), "stride 2");
    assertFalse(WinogradProduct.suits(16, 16, new Window(9, 9, 5, 5, 1, 1)), "5 x 5");
    assertFalse(WinogradProduct.suits(16, 16, new Window(9, 9, 3, 1, 1, 0)), "3 x 1");
    assertFalse(WinogradProduct.suits(1, 16, new Window(9, 9, 3, 3, 1, 1)), "one channel");
    assertFalse(WinogradProduct.suits(16, 6, new Window(9, 9, 3, 3, 1, 1)), "six filters");
  }
}
