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
  void seedsPrintsARowForEachAndTheMedian() throws IOException {
    TinyMnist.write(folder, 200, 50, 28);
    String[] lines = output(Seeds::main, folder.toString(), "3", "4", "5").split("\\R");
    assertEquals(5, lines.length);
    assertTrue(lines[0].startsWith("JDK "), lines[0]);
    for (int seed = 3; seed <= 5; seed++) {
      assertTrue(
          lines[seed - 2].matches(
              "seed %s: train 0\\.\\d{4}, test 0\\.\\d{4}, loss \\d\\.\\d{4}, 20 updates, .* s"
                  .formatted(seed)),
          lines[seed - 2]);
    }
    assertTrue(lines[4].matches("median test accuracy 0\\.\\d{4}"), lines[4]);
  }

  @Test
  void makeParametersWritesWhatItLearned() throws IOException {
    TinyMnist.write(folder, 200, 50, 28);
    String file = folder.resolve("params.npz").toString();
    String line = output(MakeParameters::main, folder.toString(), file, "0.05", "0.02", "7");
    assertTrue(line.startsWith(file + ": 20 updates, train 0."), line);
    SimpleConvNet network = new SimpleConvNet(ConvNetConfig.chapter7());
    network.setParams(NpzFile.read(file));
    Mnist mnist = Mnist.load(folder);
    double accuracy =
        network.accuracy(mnist.test().batch(0, 50).x(), mnist.test().batch(0, 50).t(), 50);
    assertTrue(line.strip().endsWith(String.format(Locale.ROOT, ", test %.4f", accuracy)), line);
  }

  @Test
  void sayWhatTheyExpect() throws Exception {
    fails(2, "Seeds: expected the data's directory and one seed or more", "-Xmx32m", Seeds.class);
    fails(2, "MakeParameters: expected DATA FILE STD RATE SEED", "-Xmx32m", MakeParameters.class);
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
        Seeds.class,
        TinyMnist.real().toString(),
        "0");
  }
}
