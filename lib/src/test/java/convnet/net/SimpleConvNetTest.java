package convnet.net;

import static convnet.testing.Check.close;
import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.check.GradientCheck;
import convnet.layer.Convolution;
import convnet.layer.ReLU;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SimpleConvNetTest {
  private static final ConvNetConfig SMALL =
      ConvNetConfig.chapter7()
          .withInput(Shape.of(2, 8, 8))
          .withFilters(4)
          .withFilterSize(3)
          .withHidden(6)
          .withClasses(5)
          .withWeightStd(0.3);

  @Test
  void hasTheChaptersShapes() {
    SimpleConvNet net = new SimpleConvNet(ConvNetConfig.chapter7());
    assertEquals(
        "{Conv1=(100, 30, 24, 24), Relu1=(100, 30, 24, 24), Pool1=(100, 30, 12, 12),"
            + " Affine1=(100, 100), Relu2=(100, 100), Affine2=(100, 10)}",
        net.shapes(Tensor.zeros(100, 1, 28, 28)).toString());
    StringBuilder params = new StringBuilder();
    net.params().forEach((name, p) -> params.append(name).append(p.shape()).append(' '));
    assertEquals(
        "W1(30, 1, 5, 5) b1(30,) W2(4320, 100) b2(100,) W3(100, 10) b3(10,) ", params.toString());
  }

  @Test
  void startsAsTheChapterSays() {
    SimpleConvNet net = new SimpleConvNet(ConvNetConfig.chapter7());
    Tensor W2 = net.params().get("W2");
    assertEquals(0.01, Math.sqrt(W2.mul(W2).sum() / W2.size()), 0.0001);
    assertEquals(0, net.params().get("b2").map(Math::abs).sum());
    SimpleConvNet same = new SimpleConvNet(ConvNetConfig.chapter7());
    assertEquals(0, W2.maxAbsDiff(same.params().get("W2")));
    SimpleConvNet other = new SimpleConvNet(ConvNetConfig.chapter7().withSeed(1));
    assertTrue(W2.maxAbsDiff(other.params().get("W2")) > 0);
  }

  @Test
  void configurationsAreValues() {
    ConvNetConfig config = ConvNetConfig.chapter7();
    ConvNetConfig changed = config.withFilters(16).withLearningRate(0.03).withEpochs(2);
    assertEquals(30, config.filters());
    assertEquals(16, changed.filters());
    assertEquals(0.03, changed.learningRate());
    assertEquals(2, changed.epochs());
    assertEquals(config.hidden(), changed.hidden());
  }

  @Test
  void backpropagationAgreesWithNumericalGradients() {
    SimpleConvNet net = new SimpleConvNet(SMALL);
    // Biases off 0 keep the units off ReLU's kink.
    net.params().get("b1").array()[0] = 0.5f;
    Random random = new Random(3);
    Tensor x = Tensor.randn(random, 4, 2, 8, 8);
    Tensor t = Tensor.of(0, 4, 2, 2);
    Map<String, Tensor> grads = net.gradient(x, t);
    net.params()
        .forEach(
            (name, param) -> {
              Tensor numerical = GradientCheck.numericalGradient(() -> net.loss(x, t), param);
              double error = GradientCheck.relativeError(numerical, grads.get(name));
              assertTrue(error < 0.02, name + " " + error);
              Tensor wrong = grads.get(name).mul(1.05);
              assertTrue(GradientCheck.relativeError(numerical, wrong) > 0.02, name);
            });
  }

  @Test
  void accuracyCountsEverySampleWhateverTheBatch() {
    SimpleConvNet net = new SimpleConvNet(SMALL);
    Tensor x = Tensor.randn(new Random(1), 23, 2, 8, 8);
    Tensor answers = net.predict(x).argmax(1);
    assertEquals(1, net.accuracy(x, answers, 10));
    answers.array()[22] = (answers.array()[22] + 1) % 5; // in the smaller last batch
    for (int batchSize : new int[] {1, 7, 10, 22, 23, 100}) {
      assertEquals(22.0 / 23, net.accuracy(x, answers, batchSize));
    }
    Tensor oneHot = Tensor.zeros(23, 5);
    for (int n = 0; n < 23; n++) {
      oneHot.set(1, n, (int) answers.get(n));
    }
    assertEquals(22.0 / 23, net.accuracy(x, oneHot, 10));
  }

  @Test
  void predictDoesNotDependOnTheBatch() {
    SimpleConvNet net = new SimpleConvNet(SMALL);
    Tensor x = Tensor.randn(new Random(1), 9, 2, 8, 8);
    close("rows", net.predict(x).rows(4, 7), net.predict(x.rows(4, 7)), 0);
  }

  @Test
  void refusesWhatDoesNotFit() {
    SimpleConvNet net = new SimpleConvNet(SMALL);
    Tensor x = Tensor.zeros(3, 2, 8, 8);
    refused(
        "accuracy: expected a batch size of 1 or more, got 0",
        () -> net.accuracy(x, Tensor.zeros(3), 0));
    refused(
        "accuracy: 3 images (3, 2, 8, 8) but 2 answers (2,)",
        () -> net.accuracy(x, Tensor.zeros(2), 10));
    refused(
        "labels: label 1 is 5.0, expected a class from 0 to 4",
        () -> net.loss(x, Tensor.of(0, 5, 1)));
    refused(
        "SimpleConvNet: the convolution's output of 25 x 25 cannot be halved by 2 x 2 pooling;"
            + " choose another filter size, pad or stride",
        () -> new SimpleConvNet(ConvNetConfig.chapter7().withFilterSize(4)));
    ConvNetConfig config = ConvNetConfig.chapter7();
    refused("filters: expected 1 or more, got 0", () -> config.withFilters(0));
    refused("filterSize: expected 1 or more, got -5", () -> config.withFilterSize(-5));
    refused("pad: expected 0 or more, got -1", () -> config.withPad(-1));
    refused("stride: expected 1 or more, got 0", () -> config.withStride(0));
    refused("hidden: expected 1 or more, got 0", () -> config.withHidden(0));
    refused("classes: expected 1 or more, got 0", () -> config.withClasses(0));
    refused("batchSize: expected 1 or more, got 0", () -> config.withBatchSize(0));
    refused("epochs: expected 1 or more, got 0", () -> config.withEpochs(0));
    refused(
        "weightStd: expected a number above 0, got NaN", () -> config.withWeightStd(Double.NaN));
    refused(
        "learningRate: expected a number above 0, got -0.1", () -> config.withLearningRate(-0.1));
    refused(
        "learningRate: expected a number above 0, got Infinity",
        () -> config.withLearningRate(Double.POSITIVE_INFINITY));
    refused(
        "Network: there already is a layer Relu1",
        () -> new Network().add("Relu1", new ReLU()).add("Relu1", new ReLU()));
  }

  @Test
  void anyLayersMakeANetwork() {
    Network net = new Network();
    Tensor W = Tensor.randn(new Random(1), 5, 2, 8, 8).mul(0.1);
    net.add("Relu0", new ReLU()).add("Conv1", new Convolution(W, Tensor.zeros(5), 1, 0));
    assertEquals(List.of("Relu0", "Conv1"), List.copyOf(net.layers().keySet()));
    assertEquals(List.of("W1", "b1"), List.copyOf(net.params().keySet()));
  }
}
