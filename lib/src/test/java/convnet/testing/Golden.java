package convnet.testing;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import convnet.tensor.Tensor;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** A fixture under {@code src/test/resources/golden}; its maker lies beside it. */
public record Golden(Map<String, Tensor> tensors) {
  /** Reads {@code golden/<source>/<name>.txt}; source is "numpy" or "torch". */
  public static Golden load(String source, String name) {
    String path = "/golden/" + source + "/" + name + ".txt";
    Map<String, Tensor> tensors = new HashMap<>();
    try (InputStream in = Golden.class.getResourceAsStream(path)) {
      assertNotNull(in, path);
      String[] lines = new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n");
      for (int i = 0; i + 1 < lines.length; i += 2) {
        String[] head = lines[i].split(" ");
        int[] shape = Arrays.stream(head).skip(1).mapToInt(Integer::parseInt).toArray();
        double[] values =
            Arrays.stream(lines[i + 1].split(" ")).mapToDouble(Double::parseDouble).toArray();
        tensors.put(head[0], Tensor.copyOf(values, shape));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Golden(tensors);
  }

  /** A fresh copy of one tensor. */
  public Tensor get(String name) {
    Tensor tensor = tensors.get(name);
    assertNotNull(tensor, "no " + name + " in the fixture");
    return tensor.copy();
  }

  /** A whole number. */
  public int whole(String name) {
    return (int) get(name).get(0);
  }
}
