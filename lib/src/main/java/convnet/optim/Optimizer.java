package convnet.optim;

import convnet.array.Parallel;
import convnet.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/**
 * Changes parameters in place so that the loss goes down (book, section 6.1). Keeps for each
 * parameter, by name, what its method remembers between updates.
 */
public abstract class Optimizer {
  private final double firstLr;
  private final Map<String, Tensor> memory = new HashMap<>();
  private Schedule schedule = Schedule.constant();
  private float lr; // of the update under way
  private double decay;
  private int updates;

  Optimizer(double lr) {
    if (!((float) lr > 0) || Float.isInfinite((float) lr)) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + ": expected a learning rate above 0, got " + lr);
    }
    this.firstLr = lr;
    this.lr = (float) lr;
  }

  /** Changes the learning rate from update to update; returns this optimizer. */
  public final Optimizer schedule(Schedule schedule) {
    this.schedule = schedule;
    return this;
  }

  /**
   * Weight decay: pulls every weight W, but no b, towards 0 by adding {@code decay W} to dW (book,
   * section 6.4.2); returns this optimizer.
   *
   * @throws IllegalArgumentException if the decay is negative or infinite
   */
  public final Optimizer decay(double decay) {
    if (!(decay >= 0 && decay < Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + ": expected a weight decay of 0 or more, got " + decay);
    }
    this.decay = decay;
    return this;
  }

  /** The learning rate of the last update; before it, of the first. */
  public final float lr() {
    return lr;
  }

  /**
   * One update of every parameter.
   *
   * @param params the parameters by name, changed in place
   * @param grads their gradients by the same names, left as they are
   * @throws IllegalArgumentException if a gradient is missing or of another shape; then nothing has
   *     changed
   */
  public final void update(Map<String, Tensor> params, Map<String, Tensor> grads) {
    params.forEach(
        (name, param) -> {
          Tensor grad = grads.get(name);
          Object got = grad == null ? "none" : grad.shape();
          if (!param.shape().equals(got)) {
            throw new IllegalArgumentException(
                "%s: parameter %s %s needs a gradient of its shape, got %s"
                    .formatted(getClass().getSimpleName(), name, param.shape(), got));
          }
        });
    lr = (float) (firstLr * schedule.factor(updates++));
    begin();
    params.forEach(
        (name, param) -> {
          float[] p = param.array();
          Tensor grad = grads.get(name);
          boolean decays = decay > 0 && name.startsWith("W");
          float[] g = (decays ? grad.add(param.mul(decay)) : grad).array();
          float[] first = slots() > 0 ? memory(name + " 1", param) : null;
          float[] second = slots() > 1 ? memory(name + " 2", param) : null;
          Parallel.split(p.length, 16384, (from, to) -> step(p, g, first, second, from, to));
        });
  }

  private float[] memory(String slot, Tensor param) {
    return memory.computeIfAbsent(slot, s -> Tensor.zeros(param.shape())).array();
  }

  /** How many values the method remembers for each element of a parameter: 0, 1 or 2. */
  abstract int slots();

  /** Called once an update, before the parameters' steps. */
  void begin() {}

  /**
   * Updates elements {@code from <= i < to} of a parameter.
   *
   * @param p the parameter
   * @param g its gradient
   * @param first what the method remembers, at first zeros; null without slots
   * @param second the second slot, likewise
   */
  abstract void step(float[] p, float[] g, float[] first, float[] second, int from, int to);
}
