package convnet.layer;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.SplittableRandom;

/**
 * In a training silences some of its numbers, at each pass others by chance, so that no neuron can
 * rely on another (book, section 6.4.3; Srivastava et al. 2014). Otherwise lets all pass, scaled by
 * the part that a training leaves.
 */
public final class Dropout implements Layer {
  private final double ratio;
  private final long seed;
  private int passes; // in trainings, so far
  private Shape outShape; // x's shape
  private Tensor mask; // of x's shape: 1 where silent, else 0; null outside of a training

  /**
   * A layer that silences about {@code ratio} of its numbers.
   *
   * @param ratio from 0 to below 1; the book's is 0.5
   * @param seed decides which
   * @throws IllegalArgumentException if the ratio is another
   */
  public Dropout(double ratio, long seed) {
    if (!(ratio >= 0 && ratio < 1)) {
      throw new IllegalArgumentException(
          "Dropout: expected a ratio from 0 to below 1, got " + ratio);
    }
    this.ratio = ratio;
    this.seed = seed;
  }

  /** The part that passes. */
  public double keeps() {
    return 1 - ratio;
  }

  /** Every number of x, of any shape, times {@link #keeps}. */
  @Override
  public Tensor forward(Tensor x) {
    return forward(x, false);
  }

  @Override
  public Tensor forward(Tensor x, boolean training) {
    outShape = x.shape();
    mask = training ? mask(passes++, outShape) : null;
    return training ? x.zeroWhere(mask) : x.mul(keeps());
  }

  /**
   * Draws which numbers of a batch are silent.
   *
   * @param pass counted from 0
   * @return of the batch's shape: 1 where silent, else 0
   */
  public Tensor mask(int pass, Shape x) {
    SplittableRandom random = new SplittableRandom(new SplittableRandom(seed).nextLong() + pass);
    return Tensor.zeros(x).map(v -> random.nextDouble() < ratio ? 1 : 0);
  }

  /** Lets through what belongs to a number that passed, or scales as forward did. */
  @Override
  public Tensor backward(Tensor dout) {
    Checks.dout("Dropout", outShape, dout);
    return mask == null ? dout.mul(keeps()) : dout.zeroWhere(mask);
  }
}
