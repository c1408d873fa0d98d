package convnet.notebook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.layer.Affine;
import convnet.layer.Convolution;
import convnet.layer.Layer;
import convnet.tensor.Tensor;
import convnet.train.History;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class SourceTest {
  /** A class with its comment, and nothing of the file above it. */
  @Test
  void aClassIsWhatItsFileSays() throws IOException {
    for (Class<?> type : List.of(Affine.class, Convolution.class, Layer.class, Tensor.class)) {
      String file =
          Files.readString(Path.of("src/main/java", type.getName().replace('.', '/') + ".java"));
      String code = file.substring(file.indexOf("/**")).strip();
      assertEquals("```java\n" + code + "\n```", Source.of(type));
    }
  }

  @Test
  void aMethodStandsAtTheLeftEdgeWithItsComment() {
    String forward = Source.of(Convolution.class, "forward");
    assertTrue(forward.startsWith("```java\n/**\n * Slides the filters over a batch.\n"), forward);
    assertTrue(
        forward.contains("\n@Override\npublic Tensor forward(Tensor x) {\n  Window"), forward);
    assertTrue(forward.endsWith("\n  return out;\n}\n```"), forward);
  }

  @Test
  void methodsOfOneNameAndConstructorsComeTogether() {
    assertEquals(2, Source.of(Tensor.class, "wrap").split("public static Tensor wrap").length - 1);
    assertTrue(Source.of(Affine.class, "Affine").contains("public Affine(Tensor W, Tensor b) {"));
  }

  @Test
  void aClassWithinAnotherStandsAlone() {
    String epoch = Source.of(History.Epoch.class);
    assertTrue(epoch.contains("public record Epoch("), epoch);
    assertTrue(!epoch.contains("class History"), epoch);
  }

  @Test
  void whatIsNotThereIsSaid() {
    Exception e =
        assertThrows(IllegalArgumentException.class, () -> Source.of(Convolution.class, "foward"));
    assertEquals(
        "Source: Convolution has no method foward, choose one of:"
            + " Convolution forward backward stride pad",
        e.getMessage());
    e = assertThrows(IllegalArgumentException.class, () -> Source.of(String.class));
    assertEquals(
        "Source: String is not a class of this library, whose sources lie in its jar",
        e.getMessage());
  }
}
