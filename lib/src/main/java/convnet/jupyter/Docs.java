package convnet.jupyter;

import convnet.tensor.Tensor;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.JShell;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Documentation;

/**
 * What Shift+Tab shows: of a name, at its end or within, what it names; elsewhere in a call the
 * method that is called. Signatures come from JShell, comments from {@link Javadoc}.
 */
final class Docs {
  /** {@code Tensor Tensor.dot(Tensor other)}, {@code Convolution(Tensor W, Tensor b, ...)}. */
  private static final Pattern CALL = Pattern.compile("(?:.* )?([\\w.]+)\\((.*)\\)");

  private final JShell shell;
  private final SourceCodeAnalysis analysis;
  private final Control control;

  Docs(JShell shell, Control control) {
    this.shell = shell;
    this.analysis = shell.sourceCodeAnalysis();
    this.control = control;
  }

  /** Null where there is nothing to say. */
  DisplayData at(String code, int cursor) {
    List<Documentation> found = find(code, cursor);
    if (found.isEmpty()) {
      return null;
    }
    DisplayData shown = new DisplayData();
    String html = found.stream().map(this::html).collect(Collectors.joining("<hr>"));
    shown.putHTML(html);
    shown.putText(plain(html));
    return shown;
  }

  private List<Documentation> find(String code, int cursor) {
    int end = cursor;
    while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
      end++;
    }
    int start = end;
    while (start > 0 && Character.isJavaIdentifierPart(code.charAt(start - 1))) {
      start--;
    }
    if (start < end) {
      String name = code.substring(0, end);
      // A method or constructor; a variable; a class, which JShell finds only where it stands
      // alone.
      for (String asked : List.of(name + "(", name, code.substring(start, end))) {
        List<Documentation> found = ask(asked);
        if (!found.isEmpty()) {
          return found;
        }
      }
    }
    return ask(code.substring(0, cursor));
  }

  /** About the end of a cell; JShell knows the variables of earlier lines, but no imports there. */
  private List<Documentation> ask(String code) {
    List<Documentation> found = analysis.documentation(code, code.length(), true);
    return found.isEmpty() ? analysis.documentation(last(code), last(code).length(), true) : found;
  }

  private String last(String code) {
    CompletionInfo info = analysis.analyzeCompletion(code);
    while (info.completeness().isComplete() && !info.remaining().isBlank()) {
      code = info.remaining();
      info = analysis.analyzeCompletion(code);
    }
    return code;
  }

  private String html(Documentation documentation) {
    String signature = documentation.signature();
    String comment = comment(signature);
    if (comment.isEmpty() && documentation.javadoc() != null) {
      comment = documentation.javadoc();
    }
    return "<pre><b>" + Javadoc.escaped(signature) + shape(signature) + "</b></pre>" + comment;
  }

  /** Behind a variable that is a tensor now, its shape. */
  private String shape(String signature) {
    boolean variable = control.value(signature.split(":")[0]) instanceof Tensor;
    return variable ? " " + ((Tensor) control.value(signature.split(":")[0])).shape() : "";
  }

  private String comment(String signature) {
    Matcher call = CALL.matcher(signature);
    if (!call.matches()) {
      return ofClass(signature.substring(signature.indexOf(':') + 1), "");
    }
    String name = call.group(1);
    String member = name.substring(name.lastIndexOf('.') + 1) + "(" + names(call.group(2)) + ")";
    String owner = name.substring(0, Math.max(0, name.lastIndexOf('.')));
    String constructed = ofClass(full(name), member);
    return constructed.isEmpty() ? ofClass(full(owner), member) : constructed;
  }

  private static String ofClass(String name, String member) {
    for (String tried = name; tried.startsWith("convnet."); ) {
      try {
        return Javadoc.of(Class.forName(tried), member);
      } catch (ClassNotFoundException e) {
        int dot = tried.lastIndexOf('.'); // a class in a class
        tried = tried.substring(0, dot) + "$" + tried.substring(dot + 1);
      }
    }
    return "";
  }

  /** {@code convnet.tensor.Tensor} for {@code Tensor}, if that is what the name means here. */
  private String full(String name) {
    List<Documentation> found = analysis.documentation(name, name.length(), false);
    return found.isEmpty() ? name : found.get(0).signature();
  }

  /** The names of {@code Map<String, Tensor> values, int... dims}. */
  private static String names(String parameters) {
    return parameters
        .replaceAll("<[^()]*>", "")
        .replaceAll("[^,]* (\\w+)", "$1")
        .replace(",", ", ");
  }

  private static String plain(String html) {
    return html.replaceAll("<(?:p|br|hr)>", "\n")
        .replaceAll("<[^>]*>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }
}
