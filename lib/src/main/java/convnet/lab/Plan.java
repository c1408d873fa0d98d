package convnet.lab;

import convnet.conv.Window;
import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.net.Network;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A network on paper: shapes, parameters and multiply-adds of every step, computed from the layers'
 * sizes without making a single weight. All numbers are for one image.
 */
public final class Plan {
  /**
   * One step.
   *
   * @param name the layer's
   * @param out the output, {@code (C, H, W)} or {@code (M,)}
   * @param parameters how many numbers it learns
   * @param multiplyAdds how many multiplications, each with an addition, it takes forward
   */
  public record Step(String name, Shape out, long parameters, long multiplyAdds) {}

  private final Shape input;
  private final List<Step> steps = new ArrayList<>();
  private Shape shape;

  /**
   * A plan without steps yet.
   *
   * @param C channels of an image
   * @param H its height
   * @param W its width
   */
  public Plan(int C, int H, int W) {
    input = Shape.of(C, H, W);
    shape = input;
  }

  /** Appends a convolution of {@code FN} filters of {@code F x F}. */
  public Plan convolution(String name, int FN, int F, int stride, int pad) {
    return convolution(name, FN, F, stride, pad, 1);
  }

  /**
   * A convolution in groups: each group of filters sees its own part of the channels only.
   *
   * @throws IllegalArgumentException if the window does not fit, or channels or filters cannot be
   *     divided among so many groups
   */
  public Plan convolution(String name, int FN, int F, int stride, int pad, int groups) {
    int C = images(name).dim(0);
    if (groups < 1 || C % groups != 0 || FN % groups != 0) {
      throw new IllegalArgumentException(
          "Plan: %s cannot divide %s channels and %s filters among %s groups"
              .formatted(name, C, FN, groups));
    }
    Window window = new Window(shape.dim(1), shape.dim(2), F, F, stride, pad);
    long perFilter = (long) C / groups * F * F;
    Shape out = Shape.of(FN, window.OH(), window.OW());
    return add(name, out, FN * (perFilter + 1), out.size() * perFilter);
  }

  /** Appends pooling over {@code F x F}: nothing to learn, no multiplication. */
  public Plan pooling(String name, int F, int stride) {
    int C = images(name).dim(0);
    Window window = new Window(shape.dim(1), shape.dim(2), F, F, stride, 0);
    return add(name, Shape.of(C, window.OH(), window.OW()), 0, 0);
  }

  /** Appends an affine layer of M neurons. */
  public Plan affine(String name, int M) {
    long D = shape.size();
    return add(name, Shape.of(M), (D + 1) * M, D * M);
  }

  private Shape images(String name) {
    if (shape.rank() != 3) {
      throw new IllegalArgumentException(
          "Plan: %s needs images (C, H, W), got %s".formatted(name, shape));
    }
    return shape;
  }

  private Plan add(String name, Shape out, long parameters, long multiplyAdds) {
    steps.add(new Step(name, out, parameters, multiplyAdds));
    shape = out;
    return this;
  }

  /**
   * AlexNet (Krizhevsky, Sutskever and Hinton, NIPS 2012; book, section 7.7.2), with its two
   * groups. The paper says 224 x 224 pixels; its first layer fits 227. Its normalizations, which
   * learn nothing, are left out.
   */
  public static Plan alexNet() {
    return new Plan(3, 227, 227)
        .convolution("Conv1", 96, 11, 4, 0)
        .pooling("Pool1", 3, 2)
        .convolution("Conv2", 256, 5, 1, 2, 2)
        .pooling("Pool2", 3, 2)
        .convolution("Conv3", 384, 3, 1, 1)
        .convolution("Conv4", 384, 3, 1, 1, 2)
        .convolution("Conv5", 256, 3, 1, 1, 2)
        .pooling("Pool5", 3, 2)
        .affine("Affine6", 4096)
        .affine("Affine7", 4096)
        .affine("Affine8", 1000);
  }

  /**
   * The plan of a network that exists; the layers that change no shape and learn nothing are left
   * out.
   *
   * @param input one image, {@code (C, H, W)}
   */
  public static Plan of(Network network, Shape input) {
    Plan plan = new Plan(input.dim(0), input.dim(1), input.dim(2));
    Map<String, Shape> shapes =
        network.shapes(Tensor.zeros(1, input.dim(0), input.dim(1), input.dim(2)));
    for (Map.Entry<String, Layer> layer : network.layers().entrySet()) {
      int[] batch = shapes.get(layer.getKey()).toArray();
      Shape out = Shape.of(Arrays.copyOfRange(batch, 1, batch.length));
      long weights = 0;
      long parameters = 0;
      if (layer.getValue() instanceof ParameterLayer learner) {
        weights = learner.W().size();
        parameters = weights + learner.b().size();
      }
      if (parameters == 0 && out.equals(plan.shape)) {
        continue;
      }
      // A filter's weights are used at every place of the output, an affine layer's once.
      long uses = out.rank() == 3 ? (long) out.dim(1) * out.dim(2) : 1;
      plan.add(layer.getKey(), out, parameters, weights * uses);
    }
    return plan;
  }

  /** One image, {@code (C, H, W)}. */
  public Shape input() {
    return input;
  }

  /** The steps in order. */
  public List<Step> steps() {
    return List.copyOf(steps);
  }

  /** The numbers that all steps learn. */
  public long parameters() {
    return steps.stream().mapToLong(Step::parameters).sum();
  }

  /** The multiply-adds of all steps, for one image forward. */
  public long multiplyAdds() {
    return steps.stream().mapToLong(Step::multiplyAdds).sum();
  }
}
