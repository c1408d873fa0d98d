package convnet.net;

import convnet.tensor.Shape;

/**
 * Every number of an experiment, by name. {@link #chapter7} is the chapter's; change one with a
 * {@code with...}: {@code ConvNetConfig.chapter7().withFilters(16).withLearningRate(0.03)}. A
 * value: each {@code with...} returns a changed copy, or throws an {@link IllegalArgumentException}
 * if the number makes no sense in any network. Against the data and each other numbers are checked
 * where they are used.
 */
public final class ConvNetConfig {
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

  private ConvNetConfig copy() {
    ConvNetConfig copy = new ConvNetConfig();
    copy.input = input;
    copy.filters = filters;
    copy.filterSize = filterSize;
    copy.pad = pad;
    copy.stride = stride;
    copy.hidden = hidden;
    copy.classes = classes;
    copy.weightStd = weightStd;
    copy.learningRate = learningRate;
    copy.batchSize = batchSize;
    copy.epochs = epochs;
    copy.seed = seed;
    return copy;
  }

  /** One image, {@code (C, H, W)}. */
  public Shape input() {
    return input;
  }

  /** A copy with another {@link #input}. */
  public ConvNetConfig withInput(Shape input) {
    ConvNetConfig changed = copy();
    changed.input = input;
    return changed;
  }

  /** The number of filters, FN. */
  public int filters() {
    return filters;
  }

  /** A copy with another {@link #filters}. */
  public ConvNetConfig withFilters(int filters) {
    ConvNetConfig changed = copy();
    changed.filters = atLeast(1, "filters", filters);
    return changed;
  }

  /** The filters' height and width in pixels, FH = FW. */
  public int filterSize() {
    return filterSize;
  }

  /** A copy with another {@link #filterSize}. */
  public ConvNetConfig withFilterSize(int filterSize) {
    ConvNetConfig changed = copy();
    changed.filterSize = atLeast(1, "filterSize", filterSize);
    return changed;
  }

  /** Zeros around the image, in pixels. */
  public int pad() {
    return pad;
  }

  /** A copy with another {@link #pad}. */
  public ConvNetConfig withPad(int pad) {
    ConvNetConfig changed = copy();
    changed.pad = atLeast(0, "pad", pad);
    return changed;
  }

  /** The filter's step, in pixels. */
  public int stride() {
    return stride;
  }

  /** A copy with another {@link #stride}. */
  public ConvNetConfig withStride(int stride) {
    ConvNetConfig changed = copy();
    changed.stride = atLeast(1, "stride", stride);
    return changed;
  }

  /** Neurons of the hidden layer. */
  public int hidden() {
    return hidden;
  }

  /** A copy with another {@link #hidden}. */
  public ConvNetConfig withHidden(int hidden) {
    ConvNetConfig changed = copy();
    changed.hidden = atLeast(1, "hidden", hidden);
    return changed;
  }

  /** Neurons of the output layer. */
  public int classes() {
    return classes;
  }

  /** A copy with another {@link #classes}. */
  public ConvNetConfig withClasses(int classes) {
    ConvNetConfig changed = copy();
    changed.classes = atLeast(1, "classes", classes);
    return changed;
  }

  /** The standard deviation of the initial weights; biases start at 0. */
  public double weightStd() {
    return weightStd;
  }

  /** A copy with another {@link #weightStd}. */
  public ConvNetConfig withWeightStd(double weightStd) {
    ConvNetConfig changed = copy();
    changed.weightStd = positive("weightStd", weightStd);
    return changed;
  }

  /** AdaGrad's learning rate. */
  public double learningRate() {
    return learningRate;
  }

  /** A copy with another {@link #learningRate}. */
  public ConvNetConfig withLearningRate(double learningRate) {
    ConvNetConfig changed = copy();
    changed.learningRate = positive("learningRate", learningRate);
    return changed;
  }

  /** Images per update. */
  public int batchSize() {
    return batchSize;
  }

  /** A copy with another {@link #batchSize}. */
  public ConvNetConfig withBatchSize(int batchSize) {
    ConvNetConfig changed = copy();
    changed.batchSize = atLeast(1, "batchSize", batchSize);
    return changed;
  }

  /** How often as many images as there are have been drawn. */
  public int epochs() {
    return epochs;
  }

  /** A copy with another {@link #epochs}. */
  public ConvNetConfig withEpochs(int epochs) {
    ConvNetConfig changed = copy();
    changed.epochs = atLeast(1, "epochs", epochs);
    return changed;
  }

  /** Decides the initial weights and the batches. */
  public long seed() {
    return seed;
  }

  /** A copy with another {@link #seed}. */
  public ConvNetConfig withSeed(long seed) {
    ConvNetConfig changed = copy();
    changed.seed = seed;
    return changed;
  }

  private static int atLeast(int least, String name, int value) {
    if (value < least) {
      throw new IllegalArgumentException(
          "%s: expected %s or more, got %s".formatted(name, least, value));
    }
    return value;
  }

  private static double positive(String name, double value) {
    if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(name + ": expected a number above 0, got " + value);
    }
    return value;
  }
}
