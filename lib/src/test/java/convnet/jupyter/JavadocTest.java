package convnet.jupyter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.data.Dataset;
import convnet.layer.Convolution;
import convnet.layer.ReLU;
import convnet.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What the kernel shows of the library; the rest of the package is tested in notebooks/tests. */
class JavadocTest {
  @Test
  void aMethodsCommentIsHtml() {
    assertEquals(
        "The matrix product <code>(m, k) . (k, n) -&gt; (m, n)</code>.\n"
            + "<br><b>IllegalArgumentException</b>: unless both have two axes and the inner"
            + " lengths agree",
        Javadoc.of(Tensor.class, "dot(other)").strip().replaceAll("\\s*\\n\\s*", "\n"));
  }

  @Test
  void aConstructorsParametersHaveTheirShapes() {
    assertTrue(
        Javadoc.of(Convolution.class, "Convolution(W, b, stride, pad)")
            .contains("<br><b>W</b>: filters, <code>(FN, C, FH, FW)</code>"));
  }

  @Test
  void whatHasNoCommentHasThatOfItsInterfaceOrItsClass() {
    String backward = Javadoc.of(ReLU.class, "backward(dout)");
    assertTrue(!backward.isEmpty() && !backward.equals(Javadoc.of(ReLU.class, "ReLU")), backward);
    assertEquals(
        Javadoc.of(Dataset.Batch.class, "Batch"), Javadoc.of(Dataset.Batch.class, "Batch(x, t)"));
  }

  @Test
  void aClassOfTheJdkHasNone() {
    assertEquals("", Javadoc.of(String.class, "strip()"));
  }

  @Test
  void parametersAreKnownByTheirNames() {
    assertEquals("(values, dims)", Javadoc.names("Map<String, Tensor> values, int... dims"));
    assertEquals("(x)", Javadoc.names("Tensor x"));
    assertEquals("()", Javadoc.names(""));
  }
}
