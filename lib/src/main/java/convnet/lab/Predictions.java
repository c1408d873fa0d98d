package convnet.lab;

import convnet.data.Dataset;
import convnet.engine.Engine;
import convnet.net.Network;
import convnet.tensor.Functions;
import convnet.tensor.Tensor;
import convnet.train.Trainer;
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

  private final List<Prediction> all;
  private final int classes;

  private Predictions(List<Prediction> all, int classes) {
    this.all = all;
    this.classes = classes;
  }

  /**
   * Sends every image through a network, some at a time.
   *
   * @throws IllegalArgumentException as {@link Trainer#fitting}
   * @throws ArithmeticException if a score is NaN or infinite
   */
  public static Predictions of(Network network, Dataset data) {
    int classes = Trainer.fitting(network, data).classes();
    Prediction[] all = new Prediction[data.size()];
    Engine[] engines = Engine.of(network).several();
    data.inBatches(
        Engine.PORTION,
        engines.length,
        (worker, from, images) -> {
          Tensor y = Functions.softmax(Functions.requireScores(engines[worker].scores(images.x())));
          float[] best = y.argmax(1).array();
          for (int i = 0; i < best.length; i++) {
            int n = from + i;
            all[n] = new Prediction(n, data.label(n), (int) best[i], y.get(i, (int) best[i]));
          }
          return true;
        });
    return new Predictions(List.of(all), classes);
  }

  /** One for each image, in the data set's order. */
  public List<Prediction> all() {
    return all;
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
