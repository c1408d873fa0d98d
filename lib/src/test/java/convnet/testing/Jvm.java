package convnet.testing;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A second Java, to be killed or to run out of memory. */
public final class Jvm {
  private Jvm() {}

  /**
   * Starts a class of this class path; its errors come with its output. Options that a Java takes
   * from the environment are left out: it would print them.
   */
  public static Process start(List<String> flags, Class<?> main, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeAll(Set.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
    return builder.start();
  }

  /** All that it printed, once it has ended. */
  public static String output(Process process) {
    return process.inputReader().lines().collect(Collectors.joining("\n"));
  }
}
