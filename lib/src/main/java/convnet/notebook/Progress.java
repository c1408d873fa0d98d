package convnet.notebook;

import convnet.lab.Curves;
import convnet.lab.Sweep;
import convnet.train.History;
import convnet.train.TrainingRun;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/**
 * A running training at one look: the charts so far, and below them, where the next cell is, a bar
 * with the time left.
 */
public final class Progress {
  private static final int BAR = 44;

  private Progress() {}

  /**
   * The picture of a run as it stands; also before it starts. Show it with {@code display}, then
   * replace it from {@link TrainingRun#train(java.util.function.Consumer)} with {@code
   * updateDisplay}.
   */
  public static BufferedImage picture(TrainingRun run) {
    return onOwnThread(() -> draw(run, Curves.NONE));
  }

  /** The same, and grey behind it what was before: see {@link convnet.lab.Ledger#last}. */
  public static BufferedImage picture(TrainingRun run, Curves before) {
    return onOwnThread(() -> draw(run, before));
  }

  private static BufferedImage onOwnThread(Callable<BufferedImage> drawing) {
    // Drawn on a thread of its own: Java's font code swallows an interrupt, and with it the Stop.
    FutureTask<BufferedImage> picture = new FutureTask<>(drawing);
    new Thread(picture, "convnet-picture").start();
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return picture.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw new IllegalStateException("Progress: the picture cannot be drawn", e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** A sweep as it stands: the loss of the training under way, the accuracies of those done. */
  public static BufferedImage picture(Sweep sweep) {
    return onOwnThread(() -> draw(sweep));
  }

  private static BufferedImage draw(Sweep sweep) {
    TrainingRun run = sweep.last();
    XYChart loss =
        run == null
            ? Charts.loss(new float[0])
            : Charts.loss(run.history().losses(), run.trainer().train().classes());
    if (run != null) {
      loss.getStyler().setXAxisMax((double) run.updates());
    }
    return draw(sweep.fraction(), text(sweep), loss, Dots.sequence(sweep.accuracies()));
  }

  private static BufferedImage draw(TrainingRun run, Curves before) {
    XYChart loss = Charts.loss(run.history().losses(), run.trainer().train().classes(), before);
    XYChart accuracy = Charts.accuracy(run.history().epochs(), 0, before);
    loss.getStyler().setXAxisMax((double) run.updates());
    accuracy.getStyler().setXAxisMax((double) run.trainer().epochs());
    return draw((double) run.update() / run.updates(), text(run), loss, accuracy);
  }

  private static BufferedImage draw(double done, String text, XYChart... charts) {
    int width = 0;
    for (XYChart chart : charts) {
      width += chart.getWidth();
    }
    int height = BAR + charts[0].getHeight();
    BufferedImage image = new BufferedImage(2 * width, 2 * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.scale(2, 2);
    Charts.paint(g, charts);
    g.translate(0, height - BAR);
    bar(g, width, done, text);
    g.dispose();
    String shown = Stream.of(charts).map(Described::chart).collect(Collectors.joining(". "));
    return Described.as(text + ". " + shown, image);
  }

  private static void bar(Graphics2D g, int width, double done, String text) {
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, BAR);
    g.setColor(new Color(0xDDDDDD));
    g.fillRect(10, 28, width - 20, 10);
    g.setColor(Charts.BLUE);
    g.fillRect(10, 28, (int) ((width - 20) * done), 10);
    g.setColor(Color.BLACK);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
    g.drawString(text, 10, 20);
  }

  /** The state in words: {@code update 3000 of 6000, 41 s so far, 40 s left, ...}. */
  public static String text(TrainingRun run) {
    StringBuilder text = new StringBuilder();
    text.append(
        "update %s of %s, %s so far".formatted(run.update(), run.updates(), time(run.seconds())));
    if (run.finished()) {
      text.append(", done");
    } else if (run.update() > 0) {
      text.append(", %s left".formatted(time(run.secondsLeft())));
    }
    History.Epoch last = run.history().last();
    if (last != null) {
      text.append(
          String.format(
              Locale.ROOT,
              "; after epoch %d: %.2f %% of the test images",
              last.epoch(),
              100 * last.testAccuracy()));
    }
    return text.toString();
  }

  /** The state in words: {@code 3 of 12 experiments, 20 s so far, 1 min 02 s left}. */
  public static String text(Sweep sweep) {
    String text =
        "%s of %s experiments, %s so far"
            .formatted(sweep.done(), sweep.experiments().size(), time(sweep.seconds()));
    if (sweep.done() == sweep.experiments().size()) {
      return text + ", done";
    }
    double left = sweep.secondsLeft();
    return Double.isNaN(left) ? text : text + ", %s left".formatted(time(left));
  }

  private static String time(double seconds) {
    long whole = Math.round(seconds);
    return whole < 60
        ? whole + " s"
        : String.format(Locale.ROOT, "%d min %02d s", whole / 60, whole % 60);
  }
}
