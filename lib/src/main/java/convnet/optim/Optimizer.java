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
  private final float lr;
  private final Map<String, Tensor> memory = new HashMap<>();

  Optimizer(double lr) {
    if (!((float) lr > 0) || Float.isInfinite((float) lr)) {
      throw new IllegalArgumentException(
          getClass().getSimpleName() + ": expected a learning rate above 0, got " + lr);
    }
    this.lr = (float) lr;
  }

  /** The learning rate. */
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
    begin();
    params.forEach(
        (name, param) -> {
          float[] p = param.array();
          float[] g = grads.get(name).array();
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
