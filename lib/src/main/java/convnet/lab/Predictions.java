package convnet.lab;

import convnet.data.Dataset;
import convnet.engine.Engine;
import convnet.net.Network;
import convnet.tensor.Functions;
import convnet.tensor.Tensor;
import convnet.train.Trainer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What a network makes of every image of a data set: its answer and how sure it is of it. */
public final class Predictions {
  /**
   * One image's answer.
   *
   * @param image its number in the data set
   * @param right the right class
   * @param predicted the class with the largest probability
   * @param probability what the network gives it, from 0 to 1
   */
  public record Prediction(int image, int right, int predicted, double probability) {}

  private final List<Prediction> all = new ArrayList<>();
  private final int classes;

  private Predictions(int classes) {
    this.classes = classes;
  }

  /**
   * Sends every image through a network, some at a time.
   *
   * @throws IllegalArgumentException as {@link Trainer#fitting}
   * @throws ArithmeticException if a score is NaN or infinite
   */
  public static Predictions of(Network network, Dataset data) {
    Predictions predictions = new Predictions(Trainer.fitting(network, data).classes());
    Engine engine = Engine.of(network);
    data.inBatches(Engine.PORTION, batch -> predictions.add(engine.scores(batch.x()), data));
    return predictions;
  }

  private boolean add(Tensor scores, Dataset data) {
    Tensor y = Functions.softmax(Functions.requireScores(scores));
    float[] best = y.argmax(1).array();
    for (int i = 0; i < best.length; i++) {
      int n = all.size();
      all.add(new Prediction(n, data.label(n), (int) best[i], y.get(i, (int) best[i])));
    }
    return true;
  }

  /** One for each image, in the data set's order. */
  public List<Prediction> all() {
    return List.copyOf(all);
  }

  /** The wrong answers, the surest first. */
  public List<Prediction> mistakes() {
    return all.stream()
        .filter(p -> p.predicted() != p.right())
        .sorted(Comparator.comparingDouble(p -> -p.probability()))
        .toList();
  }

  /**
   * The confusion matrix: row the right class, column the answer.
   *
   * @return counts, {@code (K, K)} for K classes
   */
  public Tensor confusion() {
    Tensor counts = Tensor.zeros(classes, classes);
    for (Prediction p : all) {
      counts.set(counts.get(p.right(), p.predicted()) + 1, p.right(), p.predicted());
    }
    return counts;
  }

  /** The fraction of right answers. */
  public double accuracy() {
    return 1 - (double) mistakes().size() / all.size();
  }
}
