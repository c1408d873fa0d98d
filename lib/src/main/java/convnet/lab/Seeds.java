package convnet.lab;

import convnet.data.Mnist;
import convnet.engine.Engine;
import convnet.net.ConvNetConfig;
import convnet.train.History;
import convnet.train.Trainer;
import convnet.train.TrainingRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * Trains the chapter's network once for each seed and prints the final accuracies with their
 * median: {@code java -Xmx1g --add-modules jdk.incubator.vector -cp lib/target/convnet.jar
 * convnet.lab.Seeds data/mnist 0 1 2 3 4}.
 */
public final class Seeds {
  private Seeds() {}

  /**
   * Runs the trainings.
   *
   * @param args the directory of the data, then the seeds
   */
  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      System.err.println("Seeds: expected the data's directory and one seed or more");
      System.exit(2);
    }
    System.out.printf(
        "%s, heap %s MiB%n", Engine.machine(), Runtime.getRuntime().maxMemory() >> 20);
    Mnist mnist = Mnist.load(args[0]);
    List<Double> tests = new ArrayList<>();
    for (int i = 1; i < args.length; i++) {
      ConvNetConfig config = ConvNetConfig.chapter7().withSeed(Long.parseLong(args[i]));
      TrainingRun run = Trainer.of(config, mnist.train(), mnist.test()).newRun().train();
      History.Epoch end = run.history().last();
      System.out.printf(
          Locale.ROOT,
          "seed %s: train %.4f, test %.4f, loss %.4f, %d updates, %.1f s%n",
          args[i],
          end.trainAccuracy(),
          end.testAccuracy(),
          end.loss(),
          end.updates(),
          end.seconds());
      tests.add(end.testAccuracy());
    }
    Collections.sort(tests);
    System.out.printf(Locale.ROOT, "median test accuracy %.4f%n", tests.get(tests.size() / 2));
  }
}
