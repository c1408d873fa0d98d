package convnet.net;

import convnet.layer.Affine;
import convnet.layer.Convolution;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.Random;

/**
 * A network in the style of LeNet-5 (book, section 7.7.1; LeCun, Bottou, Bengio and Haffner,
 * Proceedings of the IEEE 86(11), 1998), from the chapter's layers. The sizes are those of 1998.
 * Not as in 1998: ReLU instead of a scaled tanh, max pooling instead of trained averages, every map
 * of the second convolution sees all six of the first, softmax with cross entropy instead of
 * distances to drawn digits, padding instead of images of 32 x 32. For MNIST and a batch of 100:
 *
 * <pre>
 *   x        (100, 1, 28, 28)
 *   Conv1    (100, 6, 28, 28)     W1 (6, 1, 5, 5)     b1 (6,)     pad 2
 *   Pool1    (100, 6, 14, 14)
 *   Conv2    (100, 16, 10, 10)    W2 (16, 6, 5, 5)    b2 (16,)
 *   Pool2    (100, 16, 5, 5)
 *   Affine1  (100, 120)           W3 (400, 120)       b3 (120,)
 *   Affine2  (100, 84)            W4 (120, 84)        b4 (84,)
 *   Affine3  (100, 10)            W5 (84, 10)         b5 (10,)
 * </pre>
 */
public final class LeNet extends Network {
  /**
   * A network for images {@code (1, 28, 28)} and ten classes. Weights are normal with variance 2 /
   * inputs (He et al. 2015; book, section 6.2.3), biases 0.
   *
   * @param seed decides the weights
   */
  public LeNet(long seed) {
    super(Shape.of(1, 28, 28)); // images of another size are refused
    Random random = new Random(seed);
    add("Conv1", new Convolution(he(random, 25, 6, 1, 5, 5), Tensor.zeros(6), 1, 2));
    add("Relu1", new ReLU());
    add("Pool1", new Pooling(2, 2, 2, 0));
    add("Conv2", new Convolution(he(random, 150, 16, 6, 5, 5), Tensor.zeros(16), 1, 0));
    add("Relu2", new ReLU());
    add("Pool2", new Pooling(2, 2, 2, 0));
    add("Affine1", new Affine(he(random, 400, 400, 120), Tensor.zeros(120)));
    add("Relu3", new ReLU());
    add("Affine2", new Affine(he(random, 120, 120, 84), Tensor.zeros(84)));
    add("Relu4", new ReLU());
    add("Affine3", new Affine(he(random, 84, 84, 10), Tensor.zeros(10)));
  }

  private static Tensor he(Random random, int inputs, int... shape) {
    return Tensor.randn(random, shape).mul(WeightStart.HE.std(inputs));
  }
}
