package convnet.train;

import convnet.data.NpzFile;
import convnet.data.WholeFile;
import convnet.lab.Experiment;
import convnet.lab.Ledger;
import convnet.lab.Samples;
import convnet.net.ConvNetConfig;
import convnet.net.SimpleConvNet;
import convnet.tensor.Tensor;
import convnet.testing.TinyMnist;
import java.io.IOException;
import java.util.Map;

/**
 * Writes a ledger or parameters again and again until it is killed, or the test that started it has
 * ended; or stops amid a write. For {@link KilledTest}.
 */
final class KilledWriter {
  private KilledWriter() {}

  /** Prints a line after each write; args are "ledger", "parameters" or "half", and the file. */
  public static void main(String[] args) throws IOException {
    if (args[0].equals("half")) {
      WholeFile.replace(
          "Killed",
          args[1],
          out -> {
            out.write(new byte[] {'P', 'K'});
            System.out.println("half");
            System.in.read(); // nothing comes before the test ends
          });
      return;
    }
    if (args[0].equals("ledger")) {
      Experiment experiment = Experiment.of(TinyMnist.config());
      Samples samples = Samples.of("tiny", TinyMnist.load(40, 10));
      Ledger ledger = new Ledger(args[1]);
      while (!System.out.checkError()) {
        ledger.append(experiment, experiment.newRun(samples).train(), samples);
        System.out.println("written");
      }
      return;
    }
    Map<String, Tensor> params = new SimpleConvNet(ConvNetConfig.chapter7()).params();
    while (!System.out.checkError()) {
      NpzFile.write(args[1], params);
      System.out.println("written");
    }
  }
}
