package convnet.lab;

import convnet.data.Mnist;
import convnet.train.TrainingRun;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Experiments one after the other, each written into the ledger when it has ended. It exists before
 * it starts and can be interrupted: {@link #run} goes on where it was, in the middle of a training
 * too. A training whose loss is no longer a number is written down as such, and the next begins.
 */
public final class Sweep {
  private final List<Experiment> experiments;
  private final Mnist mnist;
  private final String data;
  private final Ledger ledger;
  private final List<TrainingRun> runs = new ArrayList<>(); // the last may not have ended
  private int done;

  /**
   * A sweep that has not begun.
   *
   * @param data the name of the data set, for the ledger
   * @throws IllegalArgumentException if there are no experiments, one does not fit the data, or the
   *     name is none for a ledger
   * @throws UncheckedIOException if the file is no ledger
   */
  public Sweep(List<Experiment> experiments, Mnist mnist, String data, Ledger ledger) {
    if (experiments.isEmpty()) {
      throw new IllegalArgumentException("Sweep: expected one experiment or more, got none");
    }
    Ledger.requireName(data);
    try {
      if (ledger.exists()) {
        ledger.text();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    experiments.forEach(e -> e.newRun(mnist)); // now, not after an hour of training
    this.experiments = List.copyOf(experiments);
    this.mnist = mnist;
    this.data = data;
    this.ledger = ledger;
  }

  /**
   * Runs what is left, until all is done or the thread is interrupted; the flag stays set.
   *
   * @param progress is called on this thread about once a second and after each experiment
   * @return this sweep
   * @throws UncheckedIOException if the ledger cannot be written; the run is kept for the next try
   */
  public Sweep run(Consumer<Sweep> progress) {
    while (done < experiments.size()) {
      if (runs.size() == done) {
        runs.add(experiments.get(done).newRun(mnist));
      }
      TrainingRun run = runs.get(done);
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
      try {
        ledger.append(data, experiments.get(done), run);
      } catch (IOException e) {
        throw new UncheckedIOException(e.getMessage(), e);
      }
      done++;
      if (!Thread.currentThread().isInterrupted()) {
        progress.accept(this);
      }
    }
    return this;
  }

  /** How many experiments have ended and are in the ledger. */
  public int done() {
    return done;
  }

  /** What there is to do in all. */
  public List<Experiment> experiments() {
    return experiments;
  }

  /** The runs that have begun, in order. */
  public List<TrainingRun> runs() {
    return List.copyOf(runs);
  }

  /** Seconds of training so far. */
  public double seconds() {
    return runs.stream().mapToDouble(TrainingRun::seconds).sum();
  }

  /** The part that is done, from 0 to 1, counted in images learned from. */
  public double fraction() {
    double all = 0;
    double behind = 0;
    for (int i = 0; i < experiments.size(); i++) {
      long images = (long) experiments.get(i).config().epochs() * mnist.train().size();
      all += images;
      if (i < done) {
        behind += images;
      } else if (i < runs.size()) {
        behind += images * ((double) runs.get(i).update() / runs.get(i).updates());
      }
    }
    return behind / all;
  }

  /** An estimate of the seconds left; NaN before the first update. */
  public double secondsLeft() {
    double fraction = fraction();
    return fraction == 0 ? Double.NaN : seconds() / fraction * (1 - fraction);
  }
}
