package convnet.page;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Node, which runs the pages' scripts; a test that needs it is skipped where it is not installed.
 */
final class Node {
  private Node() {}

  /** What a script prints. */
  static String run(String... scriptAndArguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(scriptAndArguments));
    command.add(0, "node");
    Process process = null;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      assumeTrue(false, "Node is not installed, so the pages' scripts were not run");
    }
    String said = new String(process.getInputStream().readAllBytes());
    assertTrue(process.waitFor(10, TimeUnit.MINUTES), said);
    assertEquals(0, process.exitValue(), said);
    return said;
  }
}
