package convnet;

import static org.junit.jupiter.api.Assertions.assertThrows;

import convnet.array.Engines;
import convnet.engine.Engine;
import convnet.engine.StepLayer;
import convnet.layer.Affine;
import convnet.layer.AveragePooling;
import convnet.layer.Convolution;
import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.layer.SoftmaxWithLoss;
import convnet.net.ConvNetConfig;
import convnet.net.LeNet;
import convnet.net.Network;
import convnet.net.SimpleConvNet;
import convnet.optim.AdaGrad;
import convnet.optim.Adam;
import convnet.optim.Momentum;
import convnet.optim.Optimizer;
import convnet.optim.SGD;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.ErrorTable;
import convnet.testing.Golden;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every layer, two networks and their training against NumPy and against PyTorch, both in double
 * precision. At the end a table says how large the errors were, relative to a tensor's largest
 * value.
 */
class GoldenTest {
  /** A float is good to 6e-8; the longest sums, of some thousand products, lose a digit of that. */
  private static final double LAYER = 2e-6;

  private static final ErrorTable ERRORS = new ErrorTable();

  @AfterAll
  static void printErrors() {
    System.out.print(ERRORS);
  }

  /** The numbered fixtures of one kind, from both sources. */
  private static Stream<Golden> numbered(String kind, int count) {
    return named(IntStream.range(0, count).mapToObj(i -> kind + i).toArray(String[]::new));
  }

  private static Stream<Golden> named(String... names) {
    return Stream.of("numpy", "torch")
        .flatMap(source -> Stream.of(names).map(name -> Golden.load(source, name, ERRORS)));
  }

  static Stream<Golden> convolutions() {
    return numbered("convolution", 10);
  }

  @ParameterizedTest
  @MethodSource("convolutions")
  void convolution(Golden golden) {
    Tensor W = golden.get("W");
    Tensor b = golden.get("b");
    int stride = golden.whole("stride");
    int pad = golden.whole("pad");
    both(golden, new Convolution(W, b, stride, pad));
  }

  static Stream<Golden> joined() {
    return numbered("joined", 2);
  }

  @ParameterizedTest
  @MethodSource("joined")
  @EnabledIf("convnet.array.Engines#fast")
  void pooledConvolution(Golden golden) {
    Convolution convolution =
        new Convolution(golden.get("W"), golden.get("b"), 1, golden.whole("pad"));
    StepLayer joined = StepLayer.joined(convolution);
    golden.close("out", joined.forward(golden.get("x")), LAYER);
    joined.backwardParameters(golden.get("dout"));
    golden.close("dW", joined.dW(), LAYER);
    golden.close("db", joined.db(), LAYER);
  }

  static Stream<Golden> affines() {
    return named("affine", "affine_large");
  }

  @ParameterizedTest
  @MethodSource("affines")
  void affine(Golden golden) {
    both(golden, new Affine(golden.get("W"), golden.get("b")));
  }

  private static void both(Golden golden, ParameterLayer layer) {
    parameterLayer(golden, layer);
    if (Engines.fast()) {
      parameterLayer(golden.of("engine"), StepLayer.of(layer));
    }
  }

  private static void parameterLayer(Golden golden, ParameterLayer layer) {
    golden.close("out", layer.forward(golden.get("x")), LAYER);
    golden.close("dx", layer.backward(golden.get("dout")), LAYER);
    golden.close("dW", layer.dW(), LAYER);
    golden.close("db", layer.db(), LAYER);
  }

  static Stream<Golden> poolings() {
    return numbered("pooling", 8);
  }

  @ParameterizedTest
  @MethodSource("poolings")
  void pooling(Golden golden) {
    int PH = golden.whole("PH");
    int PW = golden.whole("PW");
    int stride = golden.whole("stride");
    int pad = golden.whole("pad");
    poolings(golden, new Pooling(PH, PW, stride, pad), new AveragePooling(PH, PW, stride, pad));
    if (Engines.fast()) {
      poolings(
          golden.of("engine"),
          StepLayer.of(new Pooling(PH, PW, stride, pad)),
          StepLayer.of(new AveragePooling(PH, PW, stride, pad)));
    }
  }

  private static void poolings(Golden golden, Layer max, Layer average) {
    golden.close("max", max.forward(golden.get("x")), LAYER);
    golden.close("max_dx", max.backward(golden.get("dout")), LAYER);
    golden.close("average", average.forward(golden.get("x")), LAYER);
    golden.close("average_dx", average.backward(golden.get("dout")), LAYER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"numpy", "torch"})
  void relu(String source) {
    Golden golden = Golden.load(source, "relu", ERRORS);
    ReLU relu = new ReLU();
    golden.close("out", relu.forward(golden.get("x")), LAYER);
    golden.close("dx", relu.backward(golden.get("dout")), LAYER);
  }

  @ParameterizedTest
  @ValueSource(strings = {"numpy", "torch"})
  void softmaxWithLoss(String source) {
    Golden golden = Golden.load(source, "softmax", ERRORS);
    SoftmaxWithLoss layer = new SoftmaxWithLoss();
    for (Tensor t : new Tensor[] {golden.get("t"), golden.get("t").argmax(1)}) {
      golden.close("loss", layer.forward(golden.get("x"), t), LAYER);
      golden.close("y", layer.y(), LAYER);
      golden.close("dx", layer.backward(), LAYER);
    }
  }

  /** Ten updates of a small network. */
  @ParameterizedTest
  @CsvSource({
    "numpy, AdaGrad", "numpy, SGD", "numpy, Momentum", "numpy, Adam",
    "torch, AdaGrad", "torch, SGD", "torch, Momentum", "torch, Adam"
  })
  void training(String source, String method) {
    Network network =
        new SimpleConvNet(
            ConvNetConfig.chapter7()
                .withInput(Shape.of(1, 8, 8))
                .withFilters(3)
                .withFilterSize(3)
                .withHidden(7)
                .withClasses(4));
    boolean full = method.equals("AdaGrad");
    String name = full ? "training" : "training_" + method;
    train(Golden.load(source, "training", name, ERRORS), network, optimizer(method), 10, full);
  }

  private static Optimizer optimizer(String method) {
    return switch (method) {
      case "SGD" -> new SGD(0.1);
      case "Momentum" -> new Momentum(0.05);
      case "AdaGrad" -> new AdaGrad(0.06);
      default -> new Adam(0.01);
    };
  }

  @ParameterizedTest
  @ValueSource(strings = {"numpy", "torch"})
  void leNet(String source) {
    train(Golden.load(source, "lenet", ERRORS), new LeNet(0), new Momentum(0.05), 3, true);
  }

  /**
   * Updates from the fixture's start on its batches; nothing is set back in between. The gradients,
   * if the fixture has them, are compared from both ways: layer by layer, and the engine's, which
   * joins the convolutions with what follows them and whose gradients the updates use. Each update
   * starts from what those before have rounded, so that as many times a layer's error is allowed.
   */
  private static void train(
      Golden golden, Network network, Optimizer optimizer, int updates, boolean gradients) {
    double tolerance = updates * LAYER;
    network.setParams(golden.all("start_"));
    Engine engine = Engine.of(network);
    for (int i = 0; i < updates; i++) {
      String update = "_" + i;
      Tensor x = golden.get("x" + update);
      Tensor t = golden.get("t" + update);
      golden.close("scores" + update, network.predict(x), tolerance);
      golden.close("loss" + update, network.loss(x, t), tolerance);
      Map<String, Tensor> grads = engine.gradient(x, t);
      golden.of("engine").close("loss" + update, engine.lastLoss(), tolerance);
      golden.of("engine").close("scores" + update, engine.predict(x), tolerance);
      if (gradients) {
        closeAll(golden.of("engine"), "d", grads, update, tolerance);
        closeAll(golden, "d", network.gradient(x, t), update, tolerance);
      }
      optimizer.update(network.params(), grads);
      closeAll(golden, "", network.params(), update, tolerance);
    }
  }

  private static void closeAll(
      Golden golden, String before, Map<String, Tensor> tensors, String update, double tolerance) {
    tensors.forEach((name, tensor) -> golden.close(before + name + update, tensor, tolerance));
  }

  /**
   * One value that is off by twice what is allowed does not pass, nor does NaN or infinity. Where
   * the fixture has a digest, a value counts a sixteenth or more: there it may be off by so much
   * more.
   */
  @ParameterizedTest
  @CsvSource({"convolution0, 1", "convolution8, 16"})
  void aWrongValueDoesNotPass(String name, int times) {
    Golden golden = Golden.load("numpy", name, new ErrorTable());
    Tensor out = new Convolution(golden.get("W"), golden.get("b"), 1, 1).forward(golden.get("x"));
    float largest = out.map(Math::abs).reshape(-1).max(0).get();
    golden.close("out", out, LAYER);
    for (double off : new double[] {2 * times * LAYER * largest, Double.NaN, 1 / 0.0}) {
      for (int i = 1; i < out.size(); i += 1 + out.size() / 100) {
        Tensor wrong = out.copy();
        wrong.array()[i] += (float) off;
        assertThrows(AssertionError.class, () -> golden.close("out", wrong, LAYER), name);
      }
    }
  }
}
