package convnet.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.BiFunction;

/**
 * Random search (book, section 6.5.2; Bergstra and Bengio 2012): experiments whose settings are
 * drawn from ranges. Equal ranges and an equal seed give equal experiments, so that a search can be
 * run again and a longer one begins as the shorter did.
 */
public final class Search {
  private final List<BiFunction<Experiment, SplittableRandom, Experiment>> draws =
      new ArrayList<>();
  private final Experiment base;

  /** A search around an experiment, which gives all settings that are not drawn. */
  public Search(Experiment base) {
    this.base = base;
  }

  /**
   * Draws a setting so that each power of ten is as likely as any other, with three digits.
   *
   * @throws IllegalArgumentException unless {@code 0 < low < high}, or if the setting cannot have
   *     both
   */
  public Search logarithmic(String setting, double low, double high) {
    if (!(low > 0 && low < high && high < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "Search: %s needs a range above 0 that goes up, got %s to %s"
              .formatted(setting, low, high));
    }
    base.with(setting, low).with(setting, high);
    draws.add(
        (experiment, random) -> {
          double drawn = low * StrictMath.pow(high / low, random.nextDouble());
          return experiment.with(setting, String.format(Locale.ROOT, "%.2e", drawn));
        });
    return this;
  }

  /**
   * Draws one of some values, each as likely as any other.
   *
   * @throws IllegalArgumentException if there are none, or the setting cannot have one of them
   */
  public Search oneOf(String setting, Object... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException(
          "Search: expected one value or more for %s, got none".formatted(setting));
    }
    for (Object value : values) {
      base.with(setting, value);
    }
    draws.add(
        (experiment, random) -> experiment.with(setting, values[random.nextInt(values.length)]));
    return this;
  }

  /** The first n experiments. */
  public List<Experiment> experiments(int n, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    List<Experiment> experiments = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      Experiment experiment = base;
      for (BiFunction<Experiment, SplittableRandom, Experiment> draw : draws) {
        experiment = draw.apply(experiment, random);
      }
      experiments.add(experiment);
    }
    return experiments;
  }
}
