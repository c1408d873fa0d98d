package convnet.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Inputs, and what NumPy or PyTorch makes of them: a fixture under {@code
 * src/test/resources/golden}, beside which its makers lie. Every comparison is noted in a table of
 * errors.
 */
public final class Golden {
  /** Of a long result a fixture has one value in so many, and a sum over each run of so many. */
  private static final int STEP = 97;

  /** One tensor of a file; a digest has fewer values than its shape says. */
  private record Entry(Shape shape, double[] values, boolean isDigest) {}

  private final String source;
  private final String name;
  private final Map<String, Entry> inputs;
  private final Map<String, Entry> expected;
  private final ErrorTable errors;

  private Golden(
      String source,
      String name,
      Map<String, Entry> inputs,
      Map<String, Entry> expected,
      ErrorTable errors) {
    this.source = source;
    this.name = name;
    this.inputs = inputs;
    this.expected = expected;
    this.errors = errors;
  }

  /** Inputs and results of {@code name}; source is "numpy" or "torch". */
  public static Golden load(String source, String name, ErrorTable errors) {
    return load(source, name, name, errors);
  }

  /** The results of {@code name}, found from the inputs of another fixture. */
  public static Golden load(String source, String inputs, String name, ErrorTable errors) {
    return new Golden(source, name, read("numpy", inputs), read(source, name), errors);
  }

  /** The same with a note beside its name in the table: what is being compared. */
  public Golden of(String note) {
    return new Golden(source, name + " " + note, inputs, expected, errors);
  }

  private static Map<String, Entry> read(String source, String name) {
    String path = "/golden/" + source + "/" + name + ".txt";
    Map<String, Entry> tensors = new HashMap<>();
    try (InputStream in = Golden.class.getResourceAsStream(path)) {
      assertNotNull(in, path);
      String[] lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\\R");
      for (int i = 0; i + 1 < lines.length; i += 2) {
        String[] head = lines[i].split(" ");
        int[] shape = Arrays.stream(head).skip(1).mapToInt(Integer::parseInt).toArray();
        tensors.put(head[0], entry(Shape.of(shape), lines[i + 1].split(" ")));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tensors;
  }

  private static Entry entry(Shape shape, String[] words) {
    if (words[0].equals("formula")) {
      int seed = Integer.parseInt(words[1]);
      return new Entry(shape, formula(seed, Double.parseDouble(words[2]), shape.size()), false);
    }
    boolean isDigest = words[0].equals("digest");
    double[] values =
        Arrays.stream(words).skip(isDigest ? 1 : 0).mapToDouble(Double::parseDouble).toArray();
    return new Entry(shape, values, isDigest);
  }

  /** The values of {@code Formula} in golden.py: a hash in 32 bits, of which a float holds 24. */
  private static double[] formula(int seed, double scale, int size) {
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      int h = i + (seed << 20);
      h = (h ^ (h >>> 16)) * 0x7feb352d;
      h = (h ^ (h >>> 15)) * 0x846ca68b;
      h ^= h >>> 16;
      values[i] = scale * ((h >>> 8) / 0x1p23 - 1);
    }
    return values;
  }

  /** The numbers of {@code digest} in golden.py. */
  private static double[] digest(double[] values) {
    int runs = (values.length + STEP - 1) / STEP;
    double[] weights = formula(0, 0.0625, values.length);
    double[] digest = new double[2 * runs];
    for (int i = 0; i < values.length; i++) {
      if (i % STEP == 0) {
        digest[i / STEP] = values[i];
      }
      digest[runs + i / STEP] += (weights[i] + Math.copySign(0.0625, weights[i])) * values[i];
    }
    return digest;
  }

  /** A fresh copy of one input. */
  public Tensor get(String name) {
    Entry entry = inputs.get(name);
    assertNotNull(entry, "no " + name + " in " + this);
    assertFalse(entry.isDigest(), name);
    return Tensor.copyOf(entry.values(), entry.shape().toArray());
  }

  /** An input that is a whole number. */
  public int whole(String name) {
    return (int) get(name).get(0);
  }

  /** The inputs whose names begin so, by the rest of their names. */
  public Map<String, Tensor> all(String prefix) {
    Map<String, Tensor> found = new LinkedHashMap<>();
    for (String name : inputs.keySet()) {
      if (name.startsWith(prefix)) {
        found.put(name.substring(prefix.length()), get(name));
      }
    }
    return found;
  }

  /**
   * Same shape, and an error of at most {@code tolerance} relative to the largest expected value;
   * NaN never passes.
   */
  public void close(String tensor, Tensor actual, double tolerance) {
    double[] values = new double[actual.size()];
    Arrays.setAll(values, i -> actual.array()[i]);
    close(tensor, actual.shape(), values, tolerance);
  }

  /** The same for one number, such as a loss. */
  public void close(String number, double actual, double tolerance) {
    close(number, Shape.of(1), new double[] {actual}, tolerance);
  }

  private void close(String tensor, Shape shape, double[] values, double tolerance) {
    String what = this + " " + tensor;
    Entry entry = expected.get(tensor);
    assertNotNull(entry, what);
    assertEquals(entry.shape(), shape, what);
    double[] actual = entry.isDigest() ? digest(values) : values;
    assertEquals(entry.values().length, actual.length, what);
    double error = Check.relativeError(entry.values(), actual);
    errors.add(source, name, tensor, actual.length, error);
    assertTrue(error <= tolerance, what + " has a relative error of " + error);
  }

  @Override
  public String toString() {
    return source + " " + name;
  }
}
