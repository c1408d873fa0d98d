package convnet.lab;

import convnet.train.TrainingRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import tech.tablesaw.api.Table;

/**
 * Experiments one after the other, each written into the ledger when it has ended. What the ledger
 * holds already, from the same data and with the same settings, is not done again: so a sweep goes
 * on where it was after an interrupt, and after a restart too. A training whose loss is no longer a
 * number is written down as such, and the next begins.
 */
public final class Sweep {
  private final List<Experiment> experiments;
  private final Samples samples;
  private final Ledger ledger;
  private final List<Integer> runs = new ArrayList<>(); // each experiment's number, null before it
  private int next; // the first experiment that has no number
  private final double[] accuracies; // of the images that judge; NaN before the end, or diverged
  private TrainingRun current; // of that one; null if it has not begun
  private TrainingRun last; // that was under way, for whoever looks on
  private double seconds; // of the trainings that have ended here
  private double work; // images that they drew

  /**
   * A sweep that looks at everything before it begins.
   *
   * @throws IllegalArgumentException if there are no experiments, or one does not fit the data; it
   *     is named
   * @throws java.io.UncheckedIOException if the ledger's file is none
   */
  public Sweep(List<Experiment> experiments, Samples samples, Ledger ledger) {
    if (experiments.isEmpty()) {
      throw new IllegalArgumentException("Sweep: expected one experiment or more, got none");
    }
    this.experiments = List.copyOf(experiments);
    this.samples = samples;
    this.ledger = ledger;
    Table table = ledger.table();
    Map<List<String>, Integer> known = Ledger.runs(table);
    accuracies = new double[experiments.size()];
    for (Experiment experiment : experiments) {
      Integer run = known.get(LedgerRow.key(experiment, samples));
      accuracies[runs.size()] = run == null ? Double.NaN : Ledger.accuracy(table, run);
      runs.add(run);
      if (run == null) {
        newRun(experiment); // now, not after an hour of training
      }
    }
    skip();
  }

  private TrainingRun newRun(Experiment experiment) {
    try {
      return experiment.newRun(samples);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Sweep: experiment %s of %s, %s: %s"
              .formatted(
                  1 + experiments.indexOf(experiment),
                  experiments.size(),
                  experiment,
                  e.getMessage()),
          e);
    }
  }

  private void skip() {
    while (next < runs.size() && runs.get(next) != null) {
      next++;
    }
  }

  /**
   * Runs what is left, until all is done or the thread is interrupted; the flag stays set.
   *
   * @param progress is called on this thread about once a second and after each experiment
   * @return this sweep
   * @throws java.io.UncheckedIOException if the ledger cannot be written; the run is kept for the
   *     next try
   */
  public Sweep run(Consumer<Sweep> progress) {
    while (next < experiments.size()) {
      Experiment experiment = experiments.get(next);
      if (current == null) {
        current = newRun(experiment);
        last = current;
      }
      TrainingRun run = current;
      try {
        if (!run.finished() && !run.diverged()) {
          run.train(
              r -> {
                if (!r.finished()) {
                  progress.accept(this);
                }
              });
        }
      } catch (ArithmeticException e) {
        // Diverged: that is a result too.
      }
      if (!run.finished() && !run.diverged()) {
        return this; // interrupted
      }
      int number = ledger.append(experiment, run, samples);
      seconds += run.seconds();
      work += images(experiment);
      current = null;
      for (int i = next; i < experiments.size(); i++) {
        if (runs.get(i) == null && experiments.get(i).equals(experiment)) {
          runs.set(i, number);
          accuracies[i] = run.diverged() ? Double.NaN : run.history().last().testAccuracy();
        }
      }
      skip();
      if (!Thread.currentThread().isInterrupted()) {
        progress.accept(this);
      }
    }
    return this;
  }

  /** How many experiments have ended and are in the ledger. */
  public int done() {
    return (int) runs.stream().filter(Objects::nonNull).count();
  }

  /** What there is to do in all. */
  public List<Experiment> experiments() {
    return experiments;
  }

  /** The numbers in the ledger of what is done, in the order of the experiments. */
  public List<Integer> runs() {
    return runs.stream().filter(Objects::nonNull).toList();
  }

  /** The training that is or was under way; null if none has been. */
  public TrainingRun last() {
    return last;
  }

  /**
   * Each experiment's accuracy over the images that judge; NaN before its end, or if it diverged.
   */
  public double[] accuracies() {
    return accuracies.clone();
  }

  /** Seconds of training so far; what was in the ledger before took none. */
  public double seconds() {
    return seconds + (current == null ? 0 : current.seconds());
  }

  /** The part that is done, from 0 to 1, counted in images learned from. */
  public double fraction() {
    return 1 - left() / experiments.stream().mapToDouble(this::images).sum();
  }

  /** Images that are still to be drawn. */
  private double left() {
    double left = -begun();
    for (int i = 0; i < runs.size(); i++) {
      left += runs.get(i) == null ? images(experiments.get(i)) : 0;
    }
    return left;
  }

  private double images(Experiment experiment) {
    return experiment.number("epochs") * samples.train().size();
  }

  /** Images that the training under way has drawn. */
  private double begun() {
    return current == null
        ? 0
        : images(experiments.get(next)) * current.update() / current.updates();
  }

  /** An estimate of the seconds left; NaN before the first update. */
  public double secondsLeft() {
    double left = left();
    double behind = work + begun();
    return left == 0 ? 0 : behind == 0 ? Double.NaN : seconds() / behind * left;
  }
}
