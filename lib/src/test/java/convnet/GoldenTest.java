package convnet;

import static convnet.testing.Check.close;
import static org.junit.jupiter.api.Assertions.assertEquals;

import convnet.layer.Affine;
import convnet.layer.BatchConvolution;
import convnet.layer.Convolution;
import convnet.layer.ParameterLayer;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.layer.SoftmaxWithLoss;
import convnet.net.ConvNetConfig;
import convnet.net.SimpleConvNet;
import convnet.optim.AdaGrad;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.Golden;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every layer, the network and its training against NumPy and against PyTorch. */
class GoldenTest {
  private static final double FLOAT = 2e-6;

  @ParameterizedTest
  @CsvSource({"numpy, 0", "numpy, 1", "torch, 0", "torch, 1"})
  void convolution(String source, int i) {
    Golden in = Golden.load("numpy", "convolution" + i);
    Golden expected = Golden.load(source, "convolution" + i);
    int stride = in.whole("stride");
    int pad = in.whole("pad");
    parameterLayer(in, expected, new Convolution(in.get("W"), in.get("b"), stride, pad));
    parameterLayer(in, expected, new BatchConvolution(in.get("W"), in.get("b"), stride, pad));
  }

  @ParameterizedTest
  @ValueSource(strings = {"numpy", "torch"})
  void affine(String source) {
    Golden in = Golden.load("numpy", "affine");
    parameterLayer(in, Golden.load(source, "affine"), new Affine(in.get("W"), in.get("b")));
  }

  private static void parameterLayer(Golden in, Golden expected, ParameterLayer layer) {
    close("out", expected.get("out"), layer.forward(in.get("x")), FLOAT);
    close("dx", expected.get("dx"), layer.backward(in.get("dout")), FLOAT);
    close("dW", expected.get("dW"), layer.dW(), FLOAT);
    close("db", expected.get("db"), layer.db(), FLOAT);
  }

  @ParameterizedTest
  @CsvSource({"numpy, 0", "numpy, 1", "torch, 0", "torch, 1"})
  void pooling(String source, int i) {
    Golden in = Golden.load("numpy", "pooling" + i);
    Golden expected = Golden.load(source, "pooling" + i);
    int[] p = {in.whole("PH"), in.whole("PW"), in.whole("stride"), in.whole("pad")};
    Pooling max = new Pooling(p[0], p[1], p[2], p[3]);
    close("max", expected.get("max"), max.forward(in.get("x")), FLOAT);
    close("max dx", expected.get("max_dx"), max.backward(in.get("dout")), FLOAT);
    Pooling average = Pooling.average(p[0], p[1], p[2], p[3]);
    close("average", expected.get("average"), average.forward(in.get("x")), FLOAT);
    close("average dx", expected.get("average_dx"), average.backward(in.get("dout")), FLOAT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"numpy", "torch"})
  void relu(String source) {
    Golden in = Golden.load("numpy", "relu");
    ReLU relu = new ReLU();
    close("out", Golden.load(source, "relu").get("out"), relu.forward(in.get("x")), FLOAT);
    close("dx", Golden.load(source, "relu").get("dx"), relu.backward(in.get("dout")), FLOAT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"numpy", "torch"})
  void softmaxWithLoss(String source) {
    Golden in = Golden.load("numpy", "softmax");
    Golden expected = Golden.load(source, "softmax");
    SoftmaxWithLoss layer = new SoftmaxWithLoss();
    for (Tensor t : new Tensor[] {in.get("t"), in.get("t").argmax(1)}) {
      assertEquals(expected.get("loss").get(0), layer.forward(in.get("x"), t), 1e-5);
      close("y", expected.get("y"), layer.y(), FLOAT);
      close("dx", expected.get("dx"), layer.backward(), FLOAT);
    }
  }

  /** Ten updates from the same start on the same batches; nothing is set back in between. */
  @ParameterizedTest
  @ValueSource(strings = {"numpy", "torch"})
  void training(String source) {
    Golden in = Golden.load("numpy", "training");
    Golden expected = Golden.load(source, "training");
    SimpleConvNet network =
        new SimpleConvNet(
            ConvNetConfig.chapter7()
                .withInput(Shape.of(1, 8, 8))
                .withFilters(3)
                .withFilterSize(3)
                .withHidden(7)
                .withClasses(4));
    network
        .params()
        .forEach(
            (name, p) ->
                System.arraycopy(in.get("start_" + name).array(), 0, p.array(), 0, p.size()));
    AdaGrad optimizer = new AdaGrad(0.06);
    for (int update = 0; update < 10; update++) {
      Tensor x = in.get("x_" + update);
      Tensor t = in.get("t_" + update);
      close("scores", expected.get("scores_" + update), network.predict(x), 2e-5);
      assertEquals(expected.get("loss_" + update).get(0), network.loss(x, t), 2e-5);
      Map<String, Tensor> grads = network.gradient(x, t);
      for (String name : network.params().keySet()) {
        String key = name + "_" + update;
        close("d" + key, expected.get("d" + key), grads.get(name), 2e-5);
      }
      optimizer.update(network.params(), grads);
      for (String name : network.params().keySet()) {
        String key = name + "_" + update;
        close(key, expected.get(key), network.params().get(name), 2e-5);
      }
    }
  }
}
