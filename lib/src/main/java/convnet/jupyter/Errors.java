package convnet.jupyter;

import java.util.ArrayList;
import java.util.List;
import jdk.jshell.EvalException;

/** How an error looks in the notebook. */
final class Errors {
  private static final String HEAP_FULL =
      "The heap is full. Restart Kernel, then run the cells from the top; for more heap start"
          + " with CONVNET_HEAP=4g python3 notebooks/lab.py";

  private Errors() {}

  /** IJava's lines, readable in dark and light themes, and what helps when the heap is full. */
  static List<String> format(Exception e, List<String> lines) {
    List<String> shown = new ArrayList<>(isHeapFull(e) ? List.of(HEAP_FULL) : List.of());
    lines.forEach(line -> shown.add(readable(line)));
    return shown;
  }

  private static boolean isHeapFull(Exception e) {
    return e.getCause() instanceof OutOfMemoryError
        || e instanceof EvalException thrown
            && thrown.getExceptionClassName().equals(OutOfMemoryError.class.getName());
  }

  /** Without colours, which suit one theme each: bold, what is wrong in a line underlined. */
  private static String readable(String line) {
    line = line.replace("\u001b[41m", "\u001b[4m").replaceAll("\u001b\\[3\\dm", "");
    return line.contains("\tat ") ? line.replace("\u001b[1m", "") : line;
  }
}
