package convnet.lab;

import convnet.data.Mnist;
import convnet.data.NpzFile;
import convnet.net.ConvNetConfig;
import convnet.train.Trainer;
import convnet.train.TrainingRun;
import java.io.IOException;
import java.util.Locale;

/**
 * Trains the chapter's network and writes its parameters to a file: {@code java --add-modules
 * jdk.incubator.vector -cp lib/target/convnet.jar convnet.lab.MakeParameters data/mnist
 * data/simple_convnet.npz STD RATE SEED}, where STD is the standard deviation of the first weights,
 * RATE is AdaGrad's.
 */
public final class MakeParameters {
  private MakeParameters() {}

  /**
   * Trains and writes.
   *
   * @param args the directory of the data, the file, then the three numbers
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 5) {
      System.err.println("MakeParameters: expected DATA FILE STD RATE SEED");
      System.exit(2);
    }
    ConvNetConfig config =
        ConvNetConfig.chapter7()
            .withWeightStd(Double.parseDouble(args[2]))
            .withLearningRate(Double.parseDouble(args[3]))
            .withSeed(Long.parseLong(args[4]));
    Mnist mnist = Mnist.load(args[0]);
    TrainingRun run = Trainer.of(config, mnist.train(), mnist.test()).newRun().train();
    NpzFile.write(args[1], run.trainer().network().params());
    System.out.printf(
        Locale.ROOT,
        "%s: %d updates, train %.4f, test %.4f%n",
        args[1],
        run.update(),
        run.history().last().trainAccuracy(),
        run.history().last().testAccuracy());
  }
}
