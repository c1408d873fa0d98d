package convnet.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a training has recorded so far: a loss for each update, a row for each epoch. */
public final class History {
  /**
   * The state after an epoch.
   *
   * @param epoch 0 before training
   * @param updates how many updates were done
   * @param loss of the last update; NaN before the first
   * @param trainAccuracy over all training images, from 0 to 1
   * @param testAccuracy over all test images, from 0 to 1
   * @param seconds of training so far, evaluations included
   */
  public record Epoch(
      int epoch,
      int updates,
      double loss,
      double trainAccuracy,
      double testAccuracy,
      double seconds) {}

  private float[] losses = new float[1024];
  private int updates;
  private final List<Epoch> epochs = new ArrayList<>();

  synchronized void addLoss(double loss) {
    if (updates == losses.length) {
      losses = Arrays.copyOf(losses, 2 * updates);
    }
    losses[updates++] = (float) loss;
  }

  synchronized void addEpoch(Epoch epoch) {
    epochs.add(epoch);
  }

  /** The loss of each update so far, on its batch. */
  public synchronized float[] losses() {
    return Arrays.copyOf(losses, updates);
  }

  /** The epochs so far, the first before training. */
  public synchronized List<Epoch> epochs() {
    return List.copyOf(epochs);
  }

  /** The last epoch's row; null before the first evaluation. */
  public synchronized Epoch last() {
    return epochs.isEmpty() ? null : epochs.get(epochs.size() - 1);
  }
}
