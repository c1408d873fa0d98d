package convnet.train;

import convnet.data.Dataset;
import convnet.engine.Engine;
import convnet.net.ConvNetConfig;
import convnet.net.Network;
import convnet.net.SimpleConvNet;
import convnet.optim.AdaGrad;
import convnet.optim.Optimizer;
import convnet.tensor.Tensor;
import java.util.BitSet;
import java.util.SplittableRandom;

/**
 * How to train a network (book, section 7.5): each update draws a batch from all training images
 * without replacement, independently of the other updates; after every epoch the accuracy is taken
 * over every training and every test image.
 *
 * @param network learns
 * @param optimizer changes its parameters
 * @param train the images to learn from
 * @param test the images to test with
 * @param batchSize images per update
 * @param epochs of {@code train.size() / batchSize} updates each
 * @param seed together with an update's number decides its batch
 */
public record Trainer(
    Network network,
    Optimizer optimizer,
    Dataset train,
    Dataset test,
    int batchSize,
    int epochs,
    long seed) {
  /**
   * Checks the numbers, and that images and network fit.
   *
   * @throws IllegalArgumentException if there are more images in a batch than in the data or less
   *     than one, less than one epoch, or as {@link #fitting}
   */
  public Trainer {
    if (batchSize < 1 || batchSize > train.size()) {
      throw new IllegalArgumentException(
          "Trainer: expected a batch size from 1 to the %s training images, got %s"
              .formatted(train.size(), batchSize));
    }
    if (epochs < 1) {
      throw new IllegalArgumentException("Trainer: expected 1 epoch or more, got " + epochs);
    }
    train = fitting(network, train);
    test = fitting(network, test);
  }

  /**
   * A data set with as many classes as a network tells apart.
   *
   * @throws IllegalArgumentException if the images are of another size than the network takes, or
   *     of more classes
   */
  public static Dataset fitting(Network network, Dataset data) {
    Tensor one = data.batch(0, 1).x();
    network.requireSize("data set", one);
    return data.withClasses(Engine.of(network).predict(one).dim(-1));
  }

  /** A fresh SimpleConvNet with AdaGrad, all numbers from the configuration. */
  public static Trainer of(ConvNetConfig config, Dataset train, Dataset test) {
    return new Trainer(
        new SimpleConvNet(config),
        new AdaGrad(config.learningRate()),
        train,
        test,
        config.batchSize(),
        config.epochs(),
        config.seed());
  }

  /** The number of updates in an epoch. */
  public int updatesPerEpoch() {
    return train.size() / batchSize;
  }

  /**
   * A run that has not begun and will record the loss after each update, as segavvy's memo does.
   */
  public TrainingRun newRun() {
    return newRun(RecordedLoss.AFTER_UPDATE);
  }

  /** A run that has not begun. */
  public TrainingRun newRun(RecordedLoss recorded) {
    return new TrainingRun(this, recorded);
  }

  /**
   * The images of one update: {@code batchSize} different ones, each set as likely as any other
   * (Floyd's sampling: Bentley and Floyd, CACM 30(9), 1987).
   *
   * @param update counted from 0
   */
  public int[] indices(int update) {
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + update);
    int N = train.size();
    int[] indices = new int[batchSize];
    BitSet taken = new BitSet(N);
    for (int i = 0; i < batchSize; i++) {
      int last = N - batchSize + i;
      int drawn = random.nextInt(last + 1);
      indices[i] = taken.get(drawn) ? last : drawn;
      taken.set(indices[i]);
    }
    return indices;
  }
}
