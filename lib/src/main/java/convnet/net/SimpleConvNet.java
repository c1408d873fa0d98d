package convnet.net;

import convnet.conv.Window;
import convnet.layer.Affine;
import convnet.layer.Convolution;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.tensor.Tensor;
import java.util.Random;

/**
 * The chapter's network (book, section 7.5): Conv - ReLU - Pool - Affine - ReLU - Affine - Softmax.
 * Pooling is 2 x 2 with stride 2; softmax and its loss are every network's, in {@link Network}. For
 * MNIST and a batch of 100:
 *
 * <pre>
 *   x        (100, 1, 28, 28)
 *   Conv1    (100, 30, 24, 24)    W1 (30, 1, 5, 5)    b1 (30,)
 *   Relu1    (100, 30, 24, 24)
 *   Pool1    (100, 30, 12, 12)
 *   Affine1  (100, 100)           W2 (4320, 100)      b2 (100,)
 *   Relu2    (100, 100)
 *   Affine2  (100, 10)            W3 (100, 10)        b3 (10,)
 * </pre>
 */
public final class SimpleConvNet extends Network {
  /**
   * A network with initial weights drawn from {@code config.seed()}: normal, standard deviation
   * {@code config.weightStd()}, biases 0.
   *
   * @throws IllegalArgumentException if filter and pooling do not fit the image
   */
  public SimpleConvNet(ConvNetConfig config) {
    super(config.input()); // images of another size are refused
    int C = config.input().dim(0);
    int H = config.input().dim(1);
    int W = config.input().dim(2);
    int FN = config.filters();
    int F = config.filterSize(); // FH = FW
    Window conv = new Window(H, W, F, F, config.stride(), config.pad());
    if (conv.OH() % 2 != 0 || conv.OW() % 2 != 0) {
      throw new IllegalArgumentException(
          ("SimpleConvNet: the convolution's output of %s x %s cannot be halved by 2 x 2 pooling;"
                  + " choose another filter size, pad or stride")
              .formatted(conv.OH(), conv.OW()));
    }
    int features = FN * (conv.OH() / 2) * (conv.OW() / 2); // after the pooling: 30*12*12 = 4320
    double std = config.weightStd();
    Random random = new Random(config.seed());
    Tensor W1 = Tensor.randn(random, FN, C, F, F).mul(std);
    Tensor W2 = Tensor.randn(random, features, config.hidden()).mul(std);
    Tensor W3 = Tensor.randn(random, config.hidden(), config.classes()).mul(std);

    add("Conv1", new Convolution(W1, Tensor.zeros(FN), config.stride(), config.pad()));
    add("Relu1", new ReLU());
    add("Pool1", new Pooling(2, 2, 2, 0)); // 2 x 2, stride 2, no padding
    add("Affine1", new Affine(W2, Tensor.zeros(config.hidden())));
    add("Relu2", new ReLU());
    add("Affine2", new Affine(W3, Tensor.zeros(config.classes())));
  }
}
