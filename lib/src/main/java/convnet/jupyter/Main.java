package convnet.jupyter;

import io.github.spencerpark.jupyter.kernel.KernelConnectionProperties;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Starts the kernel, as Jupyter does: {@code java -jar convnet.jar CONNECTION_FILE}. */
public final class Main {
  private static final Logger LOGS = Logger.getLogger("");

  private Main() {}

  /**
   * Runs until Jupyter ends it.
   *
   * @param args the path of Jupyter's connection file
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println(
          "convnet.jar is a Jupyter kernel and expects the path of a connection file;"
              + " python3 notebooks/lab.py starts it.");
      System.exit(2);
    }
    Locale.setDefault(Locale.US); // the same digits and decimal points everywhere
    LOGS.setLevel(Level.WARNING); // IJava reports every message
    Connection connection =
        new Connection(KernelConnectionProperties.parse(Files.readString(Path.of(args[0]))));
    new NotebookKernel().serve(connection);
    connection.connect();
    connection.waitUntilClose();
    System.exit(0);
  }
}
