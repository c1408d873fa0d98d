package convnet.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.testing.Jvm;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which engine a Java gets, and what it says: each in a Java of its own. */
class EngineChoiceTest {
  private static final String VECTOR = "--add-modules=jdk.incubator.vector";

  /** Prints the engine's name. */
  static final class Name {
    public static void main(String[] args) {
      System.out.println(Matmul.get().name());
    }
  }

  /** What is printed, without Java's own warning of the incubating module. */
  private static List<String> said(String... flags) throws Exception {
    return Jvm.output(Jvm.start(List.of(flags), Name.class))
        .lines()
        .filter(line -> !line.startsWith("WARNING: Using incubator"))
        .toList();
  }

  private static void fallsBack(String why, String... flags) throws Exception {
    assertEquals(
        List.of(
            "convnet: using the plain engine, with which the training of section 7.5 takes minutes"
                + " instead of seconds: "
                + why,
            "plain"),
        said(flags));
  }

  @Test
  void plainWhereVectorsWouldBeSlowOrMissing() throws Exception {
    fallsBack("start Java with --add-modules jdk.incubator.vector");
    fallsBack(
        "this Java runs without its C2 compiler (flags -Xint or -XX:TieredStopAtLevel)",
        VECTOR,
        "-XX:TieredStopAtLevel=1");
    fallsBack(
        "this processor, or this Java, has no fused multiply-add (flag UseFMA)",
        VECTOR,
        "-XX:-UseFMA");
  }

  @Test
  void asForced() throws Exception {
    assertEquals(List.of("plain"), said(VECTOR, "-Dconvnet.engine=plain"));
    assertEquals(
        List.of("vector, 4 floats at a time"),
        said(VECTOR, "-Dconvnet.engine=vector", "-XX:MaxVectorSize=16"));
    String unknown = String.join(" ", said("-Dconvnet.engine=fast"));
    assertTrue(
        unknown.contains("convnet.engine: expected plain, vector or auto, got fast"), unknown);
    String missing = String.join(" ", said("-Dconvnet.engine=vector"));
    assertTrue(
        missing.contains(
            "convnet.engine=vector: start Java with --add-modules jdk.incubator.vector"),
        missing);
  }
}
