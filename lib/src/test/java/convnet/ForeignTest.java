package convnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.data.Dataset;
import convnet.data.Mnist;
import convnet.data.NpzFile;
import convnet.notebook.Pictures;
import convnet.tensor.Tensor;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Files that other programs wrote, beside the scripts that made them. What NumPy and Pillow read in
 * each stands in a list; the library must read the same, or refuse the file with the very sentence
 * that refused.txt holds. What they refuse, it must refuse.
 */
class ForeignTest {
  private static final Path FOLDER = folder();
  private static final Map<String, String> REFUSED = lines("refused.txt");

  private interface Reading {
    void check(Path file, String oracle) throws IOException;
  }

  private static Path folder() {
    try {
      return Path.of(ForeignTest.class.getResource("/foreign").toURI()).toAbsolutePath();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /** Lines of a name, a tab and the rest. */
  private static Map<String, String> lines(String file) {
    Map<String, String> lines = new LinkedHashMap<>();
    try {
      for (String line : Files.readAllLines(FOLDER.resolve(file))) {
        String[] parts = line.split("\t", 2);
        lines.put(parts[0], parts[1]);
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return lines;
  }

  private static Stream<DynamicTest> each(String kind, Reading reading) {
    return lines(kind + ".txt").entrySet().stream()
        .map(
            line ->
                DynamicTest.dynamicTest(
                    kind + "/" + line.getKey(),
                    () -> check(kind + "/" + line.getKey(), line.getValue(), reading)));
  }

  private static void check(String name, String oracle, Reading reading) throws IOException {
    Path file = FOLDER.resolve(name);
    String refused = REFUSED.get(name);
    if (refused == null) {
      assertFalse(oracle.startsWith("!"), "the oracle refuses it, so a sentence is needed");
      reading.check(file, oracle);
      return;
    }
    String said = assertThrows(IOException.class, () -> reading.check(file, oracle)).getMessage();
    assertEquals(refused, said.replace(file.toString(), "{file}"));
    assertTrue(said.contains(file.toString()), "the absolute path");
  }

  @TestFactory
  Stream<DynamicTest> parameters() {
    return each("npz", ForeignTest::numbers);
  }

  /** For each array its name, its shape and its values, which must be the same floats. */
  private static void numbers(Path file, String oracle) throws IOException {
    Map<String, Tensor> arrays = NpzFile.read(file.toString());
    List<String> names = new ArrayList<>();
    for (String line : oracle.split("; ")) {
      Matcher array = Pattern.compile("(.*) (\\(.*\\)) (.*)").matcher(line);
      assertTrue(array.matches(), line);
      names.add(array.group(1));
      Tensor found = arrays.get(array.group(1));
      assertNotNull(found, array.group(1));
      assertEquals(array.group(2), found.shape().toString());
      String[] values = array.group(3).replace("inf", "Infinity").replace("nan", "NaN").split(" ");
      float[] expected = new float[values.length];
      for (int i = 0; i < values.length; i++) {
        expected[i] = Float.parseFloat(values[i]);
      }
      assertArrayEquals(expected, found.array());
    }
    assertEquals(names, List.copyOf(arrays.keySet()));
  }

  @TestFactory
  Stream<DynamicTest> dataSets() {
    return each(
        "idx",
        (folder, oracle) -> {
          Mnist mnist = Mnist.load(folder);
          String[] files = oracle.split("; ");
          same(files[0], files[1], mnist.train());
          same(files[2], files[3], mnist.test());
          int largest = 0;
          for (int label : ints(files[1], 1)) {
            largest = Math.max(largest, label);
          }
          assertEquals(largest + 1, mnist.train().classes());
          assertEquals(largest + 1, mnist.test().classes());
        });
  }

  private static int[] ints(String list, int skip) {
    return Arrays.stream(list.split(" ")).skip(skip).mapToInt(Integer::parseInt).toArray();
  }

  private static void same(String images, String labels, Dataset data) {
    int[] shape = Arrays.copyOf(ints(images, 0), 3);
    Dataset.Batch all = data.withNormalize(false).withOneHot(false).batch(0, data.size());
    assertEquals(shape[0], data.size());
    assertEquals(shape[1], data.H());
    assertEquals(shape[2], data.W());
    assertArrayEquals(floats(ints(images, 3)), all.x().array());
    assertArrayEquals(floats(ints(labels, 1)), all.t().array());
  }

  private static float[] floats(int[] ints) {
    float[] floats = new float[ints.length];
    for (int i = 0; i < ints.length; i++) {
      floats[i] = ints[i];
    }
    return floats;
  }

  @TestFactory
  Stream<DynamicTest> pictures() {
    return each("pictures", ForeignTest::pixels);
  }

  /** JPEG and 5 or 16 bits a colour may differ by rounding. */
  private static void pixels(Path file, String oracle) throws IOException {
    Tensor x = Pictures.load(file.toString());
    String[] parts = oracle.split(" ");
    int H = Integer.parseInt(parts[0]);
    int W = Integer.parseInt(parts[1]);
    byte[] rgba = HexFormat.of().parseHex(parts[2]);
    assertArrayEquals(new int[] {4, H, W}, x.shape().toArray());
    boolean blocks = W >= 48;
    int step = blocks ? 16 : 1;
    int i = 0;
    for (int h = step / 2; h < H; h += step) {
      for (int w = step / 2; w < W; w += step) {
        for (int c = 0; c < 4; c++, i++) {
          double expected = rgba[i] & 0xff;
          double tolerance = blocks ? 6 : 0.51;
          assertEquals(
              expected,
              255 * x.get(c, h, w),
              tolerance,
              "channel %s of (%s, %s)".formatted(c, h, w));
        }
      }
    }
    assertEquals(rgba.length, i);
  }

  /** Sentences for files that nobody tries would rot. */
  @Test
  void everySentenceHasItsFile() {
    for (String name : REFUSED.keySet()) {
      assertTrue(Files.exists(FOLDER.resolve(name)), name);
    }
    int inputs = 0;
    for (String kind : new String[] {"npz", "idx", "pictures"}) {
      inputs += lines(kind + ".txt").size();
    }
    assertTrue(inputs >= 250, inputs + " inputs");
    assertNotNull(REFUSED.get("npz/cut.npz"));
  }
}
