package convnet.train;

import static convnet.train.RecordedLoss.AFTER_UPDATE;

import convnet.data.Dataset;
import convnet.data.Dataset.Batch;
import convnet.engine.Engine;
import convnet.tensor.Functions;
import convnet.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;

/**
 * One training, from before it starts to after it ends. It can be stopped between any two updates
 * (interrupt the thread: the notebook's Stop button) and then still holds its history; {@link
 * #train} goes on where it was.
 */
public final class TrainingRun {
  private static final double SECONDS_BETWEEN_REPORTS = 1;

  private final Trainer trainer;
  private final RecordedLoss recorded;
  private final History history = new History();
  private Engine engine; // with these two a training's memory: only while there is something to do
  private Engine evaluation;
  private Batch batch;
  private volatile Thread worker; // the last that called train
  private volatile int update;
  private volatile boolean diverged;
  private volatile double seconds;
  private volatile double evaluating; // seconds of these spent on accuracies

  TrainingRun(Trainer trainer, RecordedLoss recorded) {
    this.trainer = trainer;
    this.recorded = recorded;
  }

  /** Trains to the end without reports. */
  public TrainingRun train() {
    return train(run -> {});
  }

  /**
   * Trains until all updates are done or the thread is interrupted; the thread's interrupt flag
   * stays set. Started again, on this thread or another, it goes on, with the same result as
   * without the stop.
   *
   * @param progress is called on this thread about once a second and at the end
   * @return this run
   * @throws ArithmeticException if a loss is not a number; the history keeps what was before
   */
  public TrainingRun train(Consumer<TrainingRun> progress) {
    worker = Thread.currentThread(); // one that still trains stops, and then this one goes on
    synchronized (this) {
      return goOn(progress);
    }
  }

  private TrainingRun goOn(Consumer<TrainingRun> progress) {
    long started = System.nanoTime();
    double before = seconds;
    double reported = before;
    while (!stopped() && !finished()) {
      if (evaluationDue()) {
        long begun = System.nanoTime();
        evaluate(() -> before + (System.nanoTime() - started) / 1e9);
        evaluating += (System.nanoTime() - begun) / 1e9;
      } else {
        step();
      }
      seconds = before + (System.nanoTime() - started) / 1e9;
      // Not when stopped: what a report does, reading a font for one, may clear the interrupt flag.
      if (seconds - reported >= SECONDS_BETWEEN_REPORTS && !stopped() && !finished()) {
        progress.accept(this);
        reported = seconds;
      }
    }
    if (finished()) {
      forget();
      if (!stopped()) {
        progress.accept(this);
      }
    }
    return this;
  }

  private void forget() {
    engine = null;
    evaluation = null;
    batch = null;
  }

  private boolean stopped() {
    return worker != Thread.currentThread() || worker.isInterrupted();
  }

  /** Before the first update and after every epoch, once. */
  private boolean evaluationDue() {
    return update == history.epochs().size() * trainer.updatesPerEpoch();
  }

  private void step() {
    int[] indices = trainer.indices(update);
    if (batch == null) {
      engine = Engine.of(trainer.network());
      batch = trainer.train().batch(indices);
    } else {
      trainer.train().fill(batch, indices);
    }
    Map<String, Tensor> grads = engine.gradient(batch.x(), batch.t());
    trainer.optimizer().update(trainer.network().params(), grads);
    double loss = recorded == AFTER_UPDATE ? engine.loss(batch.x(), batch.t()) : engine.lastLoss();
    if (Double.isNaN(loss)) {
      throw diverged("the loss is NaN", update + 1);
    }
    history.addLoss(loss);
    update++;
  }

  private ArithmeticException diverged(String what, int update) {
    diverged = true;
    forget();
    return new ArithmeticException(
        "training: %s after update %s; try a smaller learning rate than %s or smaller first weights"
            .formatted(what, update, trainer.optimizer().lr()));
  }

  /** Adds an epoch to the history, unless interrupted on the way. */
  private void evaluate(DoubleSupplier clock) {
    if (evaluation == null) {
      evaluation = Engine.of(trainer.network());
    }
    double train;
    double test;
    try {
      train = accuracy(trainer.train());
      test = accuracy(trainer.test());
    } catch (ArithmeticException e) {
      throw diverged("the scores are NaN or infinite", update);
    }
    if (Double.isNaN(train) || Double.isNaN(test)) {
      return;
    }
    float[] losses = history.losses();
    double loss = losses.length == 0 ? Double.NaN : losses[losses.length - 1];
    int epoch = history.epochs().size();
    history.addEpoch(new History.Epoch(epoch, update, loss, train, test, clock.getAsDouble()));
  }

  /** The accuracy over every image; NaN if interrupted on the way. */
  private double accuracy(Dataset data) {
    AtomicInteger correct = new AtomicInteger();
    Engine[] engines = evaluation.several();
    boolean whole =
        data.inBatches(
            Engine.PORTION,
            engines.length,
            (i, from, images) -> {
              correct.addAndGet(Functions.correct(engines[i].scores(images.x()), images.t()));
              return i > 0 || !stopped(); // 0 is this thread; when it stops, the others do
            });
    return whole ? correct.doubleValue() / data.size() : Double.NaN;
  }

  /** What is trained and how. */
  public Trainer trainer() {
    return trainer;
  }

  /** Which loss it writes down. */
  public RecordedLoss recorded() {
    return recorded;
  }

  /** Losses and accuracies so far. */
  public History history() {
    return history;
  }

  /** How many updates are done. */
  public int update() {
    return update;
  }

  /** How many there will be in all. */
  public int updates() {
    return trainer.epochs() * trainer.updatesPerEpoch();
  }

  /** Whether all updates and the last evaluation are done. */
  public boolean finished() {
    return history.epochs().size() > trainer.epochs();
  }

  /** Whether it ended with a loss that is not a number. */
  public boolean diverged() {
    return diverged;
  }

  /** Seconds of training so far, evaluations included. */
  public double seconds() {
    return seconds;
  }

  /**
   * An estimate of the seconds left, updates and evaluations each from their speed so far; NaN
   * before the first update.
   */
  public double secondsLeft() {
    if (update == 0) {
      return Double.NaN;
    }
    int evaluated = history.epochs().size();
    return (seconds - evaluating) / update * (updates() - update)
        + evaluating / evaluated * (trainer.epochs() + 1 - evaluated);
  }
}
