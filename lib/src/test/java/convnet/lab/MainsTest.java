package convnet.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.data.Mnist;
import convnet.data.NpzFile;
import convnet.net.ConvNetConfig;
import convnet.net.SimpleConvNet;
import convnet.testing.Jvm;
import convnet.testing.TinyMnist;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

/** The programs of the command line, and what they say when they cannot do what they are asked. */
class MainsTest {
  @TempDir Path folder;

  private interface Main {
    void run(String[] args) throws IOException;
  }

  private static String output(Main main, String... args) throws IOException {
    PrintStream before = System.out;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
      System.setOut(out);
      main.run(args);
    } finally {
      System.setOut(before);
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static void fails(int code, String message, String heap, Class<?> main, String... args)
      throws Exception {
    Process process = Jvm.start(List.of(heap, "-Dconvnet.engine=plain"), main, args);
    String output = Jvm.output(process);
    assertTrue(output.contains(message), output);
    assertEquals(code, process.waitFor());
  }

  @Test
  void trainsAndTellsARowForEachSeed() throws IOException {
    TinyMnist.write(folder, 200, 50, 28);
    String ledger = folder.resolve("mine").toString();
    String params = folder.resolve("params.npz").toString();
    String[] args = {
      folder.toString(),
      ledger,
      "learning rate=0.02",
      "weights=0.05",
      "seed=3..5",
      "params=" + params
    };
    String[] lines = output(Train::main, args).split("\\R");
    assertEquals(4, lines.length);
    assertTrue(lines[0].startsWith("JDK "), lines[0]);
    for (int run = 1; run <= 3; run++) {
      assertTrue(
          lines[run].matches(
              "run %s: seed %s, train 0\\.\\d{4}, test 0\\.\\d{4}, loss \\d\\.\\d{4}, 20 updates, .* s"
                  .formatted(run, run + 2)),
          lines[run]);
    }
    SimpleConvNet network = new SimpleConvNet(ConvNetConfig.chapter7());
    network.setParams(NpzFile.read(params));
    Mnist mnist = Mnist.load(folder);
    double accuracy =
        network.accuracy(mnist.test().batch(0, 50).x(), mnist.test().batch(0, 50).t(), 50);
    String last = String.format(Locale.ROOT, ", test %.4f,", accuracy);
    assertTrue(lines[3].contains(last), lines[3] + " of which the parameters say" + last);
    Table table = new Ledger(ledger).table();
    assertEquals(List.of(3L, 4L, 5L), table.longColumn("seed").asList());
    assertEquals(0.02, table.doubleColumn("learning rate").get(2));
    output(Train::main, args);
    assertEquals(3, new Ledger(ledger).table().rowCount());
    output(Train::main, folder.toString(), ledger, "seed=9007199254740993"); // no double
    assertEquals(9007199254740993L, new Ledger(ledger).table().longColumn("seed").get(3));
  }

  @Test
  void saysWhatItExpects() throws Exception {
    fails(
        2,
        "Train: expected the data's folder, the ledger's folder and any settings, such as seed=0..4"
            + " \"learning rate=0.02\"",
        "-Xmx32m",
        Train.class);
  }

  @Test
  void aHeapTooSmallForTheDataIsNamed() throws Exception {
    fails(
        1,
        "java.io.IOException: Mnist: the data of "
            + TinyMnist.real().toAbsolutePath().normalize().resolve("train-images-idx3-ubyte.gz")
            + " takes 45 MiB, more than is free in the heap of 24 MiB. In a notebook choose Restart"
            + " Kernel first; for a larger heap start with CONVNET_HEAP=4g",
        "-Xmx24m",
        Train.class,
        TinyMnist.real().toString(),
        folder.toString());
  }
}
