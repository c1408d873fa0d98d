package convnet.layer;

import static convnet.testing.Check.close;
import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.array.Engines;
import convnet.check.GradientCheck;
import convnet.engine.StepLayer;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.Geometry;
import convnet.testing.Loops;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every layer against plain loops over swept geometry, and against numerical gradients. */
class LayerTest {
  private static final double FLOAT = 5e-6;
  private static final double GRADIENT = 2e-3;

  @ParameterizedTest
  @MethodSource("convnet.testing.Geometry#sweep")
  void convolutionsAgreeWithLoops(Geometry g) {
    Random random = new Random(1);
    Tensor x = Tensor.randn(random, g.N(), g.C(), g.H(), g.W());
    Tensor W = Tensor.randn(random, 3, g.C(), g.FH(), g.FW());
    Tensor b = Tensor.randn(random, 3);
    Tensor dout = Tensor.randn(random, g.N(), 3, g.OH(), g.OW());
    Tensor out = Loops.convolution(x, W, b, g);
    Tensor[] backward = Loops.convolutionBackward(x, W, dout, g);
    for (Layer either : both(new Convolution(W, b, g.stride(), g.pad()))) {
      ParameterLayer layer = (ParameterLayer) either;
      close("out", out, layer.forward(x), FLOAT);
      close("dx", backward[0], layer.backward(dout), FLOAT);
      close("dW", backward[1], layer.dW(), FLOAT);
      close("db", backward[2], layer.db(), FLOAT);
    }
  }

  /** Four of five columns of the window lie in the padding at every step. */
  @Test
  void anImageNarrowerThanItsPaddingAgreesWithLoops() {
    convolutionsAgreeWithLoops(new Geometry(2, 1, 3, 1, 4, 5, 1, 2));
    convolutionsAgreeWithLoops(new Geometry(2, 2, 1, 1, 5, 5, 1, 2));
  }

  @Test
  @EnabledIf("convnet.array.Engines#fast")
  void aColumnMatrixInPartsGivesTheSame() {
    Random random = new Random(8);
    Tensor x = Tensor.randn(random, 2, 40, 29, 33);
    Tensor W = Tensor.randn(random, 7, 40, 3, 3); // (360, 31 * 35) is more than one part
    Tensor b = Tensor.randn(random, 7);
    Tensor dout = Tensor.randn(random, 2, 7, 31, 35);
    Convolution whole = new Convolution(W, b, 1, 2);
    StepLayer parts = StepLayer.of(whole);
    close("out", whole.forward(x), parts.forward(x), FLOAT);
    close("dx", whole.backward(dout), parts.backward(dout), FLOAT);
    close("dW", whole.dW(), parts.dW(), FLOAT);
    close("db", whole.db(), parts.db(), FLOAT);
  }

  @ParameterizedTest
  @MethodSource("convnet.testing.Geometry#sweep")
  void poolingAgreesWithLoops(Geometry g) {
    Random random = new Random(1);
    // Mostly negative values: padding with zeros would win.
    Tensor x = Tensor.randn(random, g.N(), g.C(), g.H(), g.W()).map(v -> v - 2);
    Tensor dout = Tensor.randn(random, g.N(), g.C(), g.OH(), g.OW());
    Tensor[] largest = Loops.pooling(x, dout, g, true);
    for (Layer max : both(new Pooling(g.FH(), g.FW(), g.stride(), g.pad()))) {
      close("max", largest[0], max.forward(x), 0);
      close("max dx", largest[1], max.backward(dout), FLOAT);
    }
    Tensor[] mean = Loops.pooling(x, dout, g, false);
    for (Layer average : both(new AveragePooling(g.FH(), g.FW(), g.stride(), g.pad()))) {
      close("average", mean[0], average.forward(x), FLOAT);
      close("average dx", mean[1], average.backward(dout), FLOAT);
    }
  }

  /** The layer, and what the engine does in its place. */
  private static List<Layer> both(Layer layer) {
    return Engines.fast() ? List.of(layer, StepLayer.of(layer)) : List.of(layer);
  }

  /** A layer with what a gradient check needs to know of it. */
  private record Checked(String name, Layer layer, Tensor x) {
    Map<String, Tensor> params() {
      Map<String, Tensor> params = new LinkedHashMap<>();
      if (layer instanceof ParameterLayer learner) {
        params.put("W", learner.W());
        params.put("b", learner.b());
      }
      return params;
    }

    Map<String, Tensor> grads() {
      Map<String, Tensor> grads = new LinkedHashMap<>();
      if (layer instanceof ParameterLayer learner) {
        grads.put("W", learner.dW());
        grads.put("b", learner.db());
      }
      return grads;
    }

    /** The check, with one element of one gradient off by a hundredth of the largest. */
    Map<String, Double> check(String perturbed) {
      UnaryOperator<Tensor> backward =
          dout -> {
            Tensor dx = layer.backward(dout);
            return perturbed.equals("dx") ? off(dx) : dx;
          };
      return GradientCheck.layer(
          layer::forward,
          backward,
          x,
          params(),
          () -> {
            Map<String, Tensor> grads = grads();
            grads.replaceAll((name, grad) -> perturbed.equals("d" + name) ? off(grad) : grad);
            return grads;
          });
    }

    private static Tensor off(Tensor gradient) {
      Tensor wrong = gradient.copy();
      double largest = gradient.map(Math::abs).reshape(-1).max(0).get();
      wrong.array()[wrong.size() - 1] += (float) (0.01 * largest);
      return wrong;
    }
  }

  /** Distinct values at least 0.1 apart and away from 0: no kink within the check's step. */
  private static Tensor spread(int... shape) {
    Tensor x = Tensor.zeros(shape);
    int n = x.size();
    for (int i = 0; i < n; i++) {
      int place = (int) ((i * 7919L) % n);
      x.array()[i] = 0.1f * (place - n / 2) + 0.05f;
    }
    return x;
  }

  static List<Checked> layers() {
    Random random = new Random(5);
    Tensor W = Tensor.randn(random, 3, 2, 3, 2);
    Tensor b = Tensor.randn(random, 3);
    Tensor x = Tensor.randn(random, 2, 2, 5, 6);
    return List.of(
        new Checked("Convolution", new Convolution(W, b, 2, 1), Tensor.randn(random, 1, 2, 5, 6)),
        new Checked("Convolution", new Convolution(W, b, 1, 1), x),
        new Checked("Pooling", new Pooling(3, 2, 1, 1), spread(2, 2, 5, 6)),
        new Checked("AveragePooling", new AveragePooling(3, 2, 1, 1), spread(2, 2, 5, 6)),
        new Checked(
            "Affine",
            new Affine(Tensor.randn(random, 12, 5), Tensor.randn(random, 5)),
            Tensor.randn(random, 3, 2, 2, 3)),
        new Checked("ReLU", new ReLU(), spread(2, 3, 4)),
        new Checked("Dropout", new Dropout(0.3, 1), spread(2, 3, 4)));
  }

  @ParameterizedTest
  @MethodSource("layers")
  void gradientsAreRightAndWrongOnesAreFound(Checked layer) {
    Map<String, Double> errors = layer.check("nothing");
    assertEquals(layer.params().size() + 1, errors.size());
    errors.forEach((name, e) -> assertTrue(e < GRADIENT, layer.name() + " " + name + " " + e));
    for (String name : errors.keySet()) {
      double error = layer.check(name).get(name);
      assertTrue(error > GRADIENT, "a wrong " + name + " of " + layer.name() + " passes: " + error);
    }
  }

  @Test
  void reluKeepsItsInputsAndNaN() {
    Tensor x = Tensor.of(-1, 0, 2, Double.NaN);
    ReLU relu = new ReLU();
    Tensor out = relu.forward(x);
    assertArrayEquals(new float[] {0, 0, 2, Float.NaN}, out.array());
    Tensor dout = Tensor.of(1, 2, 3, 4);
    assertArrayEquals(new float[] {0, 0, 3, 4}, relu.backward(dout).array());
    assertArrayEquals(new float[] {1, 2, 3, 4}, dout.array());
    assertEquals(-1, x.get(0));
  }

  @Test
  void maxPoolingKeepsNaNAndTakesTheFirstOfEquals() {
    Pooling pooling = new Pooling(2, 2, 2, 0);
    for (int place = 0; place < 4; place++) {
      Tensor x = Tensor.full(1, 1, 1, 2, 2);
      x.array()[place] = Float.NaN;
      assertTrue(Float.isNaN(pooling.forward(x).array()[0]), "NaN at " + place);
    }
    pooling.forward(Tensor.full(3, 1, 1, 2, 2));
    assertArrayEquals(
        new float[] {5, 0, 0, 0}, pooling.backward(Tensor.full(5, 1, 1, 1, 1)).array());
  }

  @Test
  void affineGivesTheInputsShapeBack() {
    Affine affine = new Affine(Tensor.zeros(24, 5), Tensor.zeros(5));
    assertEquals("(2, 5)", affine.forward(Tensor.zeros(2, 4, 3, 2)).shape().toString());
    assertEquals("(2, 4, 3, 2)", affine.backward(Tensor.zeros(2, 5)).shape().toString());
  }

  @Test
  void refusesWhatDoesNotFit() {
    Tensor W = Tensor.zeros(30, 3, 5, 5);
    Tensor b = Tensor.zeros(30);
    refused(
        "Convolution: input (100, 1, 28, 28) has 1 channels, W (30, 3, 5, 5) needs 3",
        () -> new Convolution(W, b, 1, 0).forward(Tensor.zeros(100, 1, 28, 28)));
    refused(
        "Convolution: expected images (N, C, H, W), got (100, 784)",
        () -> new Convolution(W, b, 1, 0).forward(Tensor.zeros(100, 784)));
    refused(
        "Convolution: expected W (FN, C, FH, FW) and b (FN,), got W (30, 3, 5, 5) and b (3,)",
        () -> new Convolution(W, Tensor.zeros(3), 1, 0));
    refused(
        "Window: 5 x 5 does not fit into the image of 4 x 4 with pad 0",
        () -> new Convolution(W, b, 1, 0).forward(Tensor.zeros(1, 3, 4, 4)));
    refused(
        "Window: 2 x 2 with pad 2 would lie wholly in the padding; pad must be below 2",
        () -> new Pooling(2, 2, 2, 2).forward(Tensor.zeros(1, 1, 4, 4)));
    refused(
        "Pooling: expected images (N, C, H, W), got (4, 4)",
        () -> new Pooling(2, 2, 2, 0).forward(Tensor.zeros(4, 4)));
    refused(
        "AveragePooling: expected images (N, C, H, W), got (4, 4)",
        () -> new AveragePooling(2, 2, 2, 0).forward(Tensor.zeros(4, 4)));
    refused(
        "Affine: input (100, 720) has 720 features, W (4320, 100) needs 4320",
        () ->
            new Affine(Tensor.zeros(4320, 100), Tensor.zeros(100)).forward(Tensor.zeros(100, 720)));
    refused(
        "Affine: expected W (D, M) and b (M,), got W (4, 3) and b (4,)",
        () -> new Affine(Tensor.zeros(4, 3), Tensor.zeros(4)));
    refused(
        "Affine: expected input (N, ...) of two axes or more, got (4,)",
        () -> new Affine(Tensor.zeros(4, 3), Tensor.zeros(3)).forward(Tensor.zeros(4)));
    refused(
        "SoftmaxWithLoss: expected scores (N, K), got (4,)",
        () -> new SoftmaxWithLoss().forward(Tensor.zeros(4), Tensor.zeros(4)));
  }

  @Test
  void backwardNeedsAForwardAndItsShape() {
    ReLU relu = new ReLU();
    refused(
        IllegalStateException.class,
        "ReLU: backward needs a forward before it",
        () -> relu.backward(Tensor.zeros(2)));
    relu.forward(Tensor.zeros(2));
    refused(
        "ReLU: dout (3,) has not the shape of the output, (2,)",
        () -> relu.backward(Tensor.zeros(3)));
    refused(
        IllegalStateException.class,
        "SoftmaxWithLoss: backward needs a forward before it",
        () -> new SoftmaxWithLoss().backward());
    for (Layer layer :
        List.of(
            new Convolution(Tensor.zeros(1, 1, 1, 1), Tensor.zeros(1), 1, 0),
            new Pooling(1, 1, 1, 0),
            new AveragePooling(1, 1, 1, 0),
            new Affine(Tensor.zeros(4, 4), Tensor.zeros(4)))) {
      String name = layer.getClass().getSimpleName();
      refused(
          IllegalStateException.class,
          name + ": backward needs a forward before it",
          () -> layer.backward(Tensor.zeros(1, 1, 1, 1)));
      Shape out = layer.forward(Tensor.zeros(1, 1, 2, 2)).shape();
      refused(
          name + ": dout (1, 1, 1, 1) has not the shape of the output, " + out,
          () -> layer.backward(Tensor.zeros(1, 1, 1, 1)));
    }
  }

  @Test
  void dropoutSilencesAnotherPartAtEachPassOfATraining() {
    Tensor x = Tensor.full(2, 40, 50);
    Dropout dropout = new Dropout(0.3, 7);
    Tensor first = dropout.forward(x, true);
    Tensor dx = dropout.backward(Tensor.full(3, 40, 50));
    for (int i = 0; i < x.size(); i++) {
      float out = first.array()[i];
      assertTrue(out == 0 || out == 2, "neither silent nor as it was: " + out);
      assertEquals(1.5f * out, dx.array()[i]);
    }
    assertEquals(0.7, first.sum() / 4000, 0.03); // 2000 numbers: the deviation is 0.01
    Tensor second = dropout.forward(x, true);
    assertTrue(first.maxAbsDiff(second) > 0);
    assertEquals(0, first.maxAbsDiff(new Dropout(0.3, 7).forward(x, true)));
    assertEquals(0, second.maxAbsDiff(x.zeroWhere(new Dropout(0.3, 7).mask(1, x.shape()))));
    assertTrue(first.maxAbsDiff(new Dropout(0.3, 8).forward(x, true)) > 0);
    assertEquals(0, x.mul(0.7).maxAbsDiff(dropout.forward(x)));
    assertEquals(0, x.mul(0.7).maxAbsDiff(dropout.backward(x)));
    assertEquals(0, x.maxAbsDiff(new Dropout(0, 1).forward(x, true)));
    assertEquals(2, x.get(0, 0));
    for (double ratio : new double[] {-0.1, 1, Double.NaN}) {
      refused(
          "Dropout: expected a ratio from 0 to below 1, got " + ratio, () -> new Dropout(ratio, 1));
    }
  }
}
