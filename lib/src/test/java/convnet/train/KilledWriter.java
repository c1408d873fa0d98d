package convnet.train;

import convnet.data.Mnist;
import convnet.data.NpzFile;
import convnet.data.WholeFile;
import convnet.net.ConvNetConfig;
import convnet.net.SimpleConvNet;
import convnet.tensor.Tensor;
import convnet.testing.TinyMnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Writes a ledger or parameters again and again until it is killed, or stops amid a write; for
 * {@link KilledTest}.
 */
final class KilledWriter {
  private KilledWriter() {}

  /** Prints a line after each write; args are "ledger", "parameters" or "half", and the file. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("half")) {
      WholeFile.replace(
          Path.of(args[1]),
          out -> {
            out.write(new byte[] {'P', 'K'});
            System.out.println("half");
            while (true) {
              LockSupport.park(); // which may return for no reason
            }
          });
    }
    if (args[0].equals("ledger")) {
      Experiment experiment = Experiment.of(TinyMnist.config());
      Mnist mnist = TinyMnist.load(40, 10);
      TrainingRun run = experiment.newRun(mnist).train();
      Ledger ledger = new Ledger(args[1]);
      while (true) {
        ledger.append("tiny", experiment, run);
        System.out.println("written");
      }
    }
    Map<String, Tensor> params = new SimpleConvNet(ConvNetConfig.chapter7()).params();
    while (true) {
      NpzFile.write(args[1], params);
      System.out.println("written");
    }
  }
}
