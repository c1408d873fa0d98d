package convnet.check;

import convnet.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * Compares gradients from backpropagation with numerical ones (book, section 5.7.3). Values are
 * floats, so the step is large, {@value #STEP}, sums are double, and errors are relative to the
 * largest gradient.
 */
public final class GradientCheck {
  /** How far an element is moved to either side. */
  public static final double STEP = 1e-2;

  private GradientCheck() {}

  /**
   * The slope of f along each element of {@code at}, by moving it {@value #STEP} to either side and
   * back.
   *
   * @param f depends on the values of {@code at}
   * @param at a parameter or an input; as before when this returns
   * @return slopes of {@code at}'s shape
   */
  public static Tensor numericalGradient(Supplier<Double> f, Tensor at) {
    Tensor slopes = Tensor.zeros(at.shape());
    float[] values = at.array();
    for (int i = 0; i < values.length; i++) {
      float value = values[i];
      float up = (float) (value + STEP);
      float down = (float) (value - STEP);
      try {
        values[i] = up;
        double above = f.get();
        values[i] = down;
        double below = f.get();
        slopes.array()[i] = (float) ((above - below) / ((double) up - down));
      } finally {
        values[i] = value;
      }
    }
    return slopes;
  }

  /**
   * The largest difference between two gradients, relative to the largest value in either.
   *
   * @return 0 for equal ones, NaN where one holds NaN
   * @throws IllegalArgumentException if the shapes differ
   */
  public static double relativeError(Tensor numerical, Tensor analytical) {
    double difference = numerical.maxAbsDiff(analytical);
    double scale = 1e-12;
    for (Tensor gradient : new Tensor[] {numerical, analytical}) {
      for (float v : gradient.array()) {
        scale = Math.max(scale, Math.abs(v));
      }
    }
    return difference / scale;
  }

  /**
   * Checks one layer. Its output becomes one number by a fixed random weighting, since a plain sum
   * would not notice gradients that end up in the wrong place.
   *
   * @param forward the layer's forward
   * @param backward its backward, called once after a forward
   * @param x the input to check at
   * @param params the layer's parameters by name, "W" and "b"
   * @param grads gives after a backward their gradients by the same names
   * @return the relative error of each gradient: {@code dx}, and {@code dW}, {@code db}
   */
  public static Map<String, Double> layer(
      UnaryOperator<Tensor> forward,
      UnaryOperator<Tensor> backward,
      Tensor x,
      Map<String, Tensor> params,
      Supplier<Map<String, Tensor>> grads) {
    Tensor weights = Tensor.randn(new Random(7), forward.apply(x).shape().toArray());
    ToDoubleFunction<Tensor> weighted =
        out -> {
          double sum = 0;
          for (int i = 0; i < out.size(); i++) {
            sum += (double) out.array()[i] * weights.array()[i];
          }
          return sum;
        };
    Supplier<Double> f = () -> weighted.applyAsDouble(forward.apply(x));
    Map<String, Tensor> analytical = new LinkedHashMap<>();
    analytical.put("dx", backward.apply(weights));
    grads.get().forEach((name, grad) -> analytical.put("d" + name, grad));
    Map<String, Double> errors = new LinkedHashMap<>();
    errors.put("dx", relativeError(numericalGradient(f, x), analytical.get("dx")));
    params.forEach(
        (name, param) ->
            errors.put(
                "d" + name,
                relativeError(numericalGradient(f, param), analytical.get("d" + name))));
    return errors;
  }
}
