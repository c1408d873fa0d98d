package convnet.net;

import convnet.tensor.Shape;
import java.util.function.Consumer;

/**
 * Every number of an experiment, by name. {@link #chapter7} is the chapter's; change one with a
 * {@code with...}: {@code ConvNetConfig.chapter7().withFilters(16).withLearningRate(0.03)}. A
 * value: each {@code with...} returns a changed copy, or throws an {@link IllegalArgumentException}
 * if the number makes no sense in any network. Against the data and each other numbers are checked
 * where they are used.
 */
public final class ConvNetConfig implements Cloneable {
  private Shape input = Shape.of(1, 28, 28);
  private int filters = 30;
  private int filterSize = 5;
  private int pad = 0;
  private int stride = 1;
  private int hidden = 100;
  private int classes = 10;
  private double weightStd = 0.01;
  private double learningRate = 0.06;
  private int batchSize = 100;
  private int epochs = 10;
  private long seed = 0;

  private ConvNetConfig() {}

  /** The network and the training of the chapter: 6000 updates on MNIST's 60,000 images. */
  public static ConvNetConfig chapter7() {
    return new ConvNetConfig();
  }

  private ConvNetConfig with(Consumer<ConvNetConfig> change) {
    try {
      ConvNetConfig changed = (ConvNetConfig) clone();
      change.accept(changed);
      return changed;
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  /** One image, {@code (C, H, W)}. */
  public Shape input() {
    return input;
  }

  /** A copy with another {@link #input}. */
  public ConvNetConfig withInput(Shape input) {
    if (input.rank() != 3) {
      throw new IllegalArgumentException("input: expected (C, H, W), got " + input);
    }
    return with(c -> c.input = input);
  }

  /** The number of filters, FN. */
  public int filters() {
    return filters;
  }

  /** A copy with another {@link #filters}. */
  public ConvNetConfig withFilters(int filters) {
    return with(c -> c.filters = atLeast(1, "filters", filters));
  }

  /** The filters' height and width in pixels, FH = FW. */
  public int filterSize() {
    return filterSize;
  }

  /** A copy with another {@link #filterSize}. */
  public ConvNetConfig withFilterSize(int filterSize) {
    return with(c -> c.filterSize = atLeast(1, "filterSize", filterSize));
  }

  /** Zeros around the image, in pixels. */
  public int pad() {
    return pad;
  }

  /** A copy with another {@link #pad}. */
  public ConvNetConfig withPad(int pad) {
    return with(c -> c.pad = atLeast(0, "pad", pad));
  }

  /** The filter's step, in pixels. */
  public int stride() {
    return stride;
  }

  /** A copy with another {@link #stride}. */
  public ConvNetConfig withStride(int stride) {
    return with(c -> c.stride = atLeast(1, "stride", stride));
  }

  /** Neurons of the hidden layer. */
  public int hidden() {
    return hidden;
  }

  /** A copy with another {@link #hidden}. */
  public ConvNetConfig withHidden(int hidden) {
    return with(c -> c.hidden = atLeast(1, "hidden", hidden));
  }

  /** Neurons of the output layer. */
  public int classes() {
    return classes;
  }

  /** A copy with another {@link #classes}. */
  public ConvNetConfig withClasses(int classes) {
    return with(c -> c.classes = atLeast(1, "classes", classes));
  }

  /** The standard deviation of the initial weights; biases start at 0. */
  public double weightStd() {
    return weightStd;
  }

  /** A copy with another {@link #weightStd}. */
  public ConvNetConfig withWeightStd(double weightStd) {
    return with(c -> c.weightStd = positive("weightStd", weightStd));
  }

  /** AdaGrad's learning rate. */
  public double learningRate() {
    return learningRate;
  }

  /** A copy with another {@link #learningRate}. */
  public ConvNetConfig withLearningRate(double learningRate) {
    return with(c -> c.learningRate = positive("learningRate", learningRate));
  }

  /** Images per update. */
  public int batchSize() {
    return batchSize;
  }

  /** A copy with another {@link #batchSize}. */
  public ConvNetConfig withBatchSize(int batchSize) {
    return with(c -> c.batchSize = atLeast(1, "batchSize", batchSize));
  }

  /** How often as many images as there are have been drawn. */
  public int epochs() {
    return epochs;
  }

  /** A copy with another {@link #epochs}. */
  public ConvNetConfig withEpochs(int epochs) {
    return with(c -> c.epochs = atLeast(1, "epochs", epochs));
  }

  /** Decides the initial weights and the batches. */
  public long seed() {
    return seed;
  }

  /** A copy with another {@link #seed}. */
  public ConvNetConfig withSeed(long seed) {
    return with(c -> c.seed = seed);
  }

  private static int atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: expected %s or more, got %s".formatted(name, least, value));
    }
    return value;
  }

  private static double positive(String name, double value) {
    if (!((float) value > 0 && (float) value < Float.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + ": expected a number above 0, got " + value);
    }
    return value;
  }
}
