package convnet.jupyter;

import convnet.tensor.Tensor;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private final SourceCodeAnalysis analysis;
  private final Control control;

  Docs(JShell shell, Control control) {
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
    String before = code.substring(0, cursor);
    String name = before + code.substring(cursor).replaceFirst("(?s)^(\\w*).*", "$1");
    String word = name.replaceFirst("(?s).*?(\\w*)$", "$1");
    // A method or constructor; a variable; a class, which JShell finds if it is alone; the call.
    return Stream.of(name + "(", name, word, before)
        .filter(asked -> !asked.isEmpty())
        .map(this::ask)
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
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
    String ours = comment(signature);
    String comment = ours.isEmpty() ? Objects.toString(documentation.javadoc(), "") : ours;
    return "<pre><b>" + Javadoc.escaped(signature) + shape(signature) + "</b></pre>" + comment;
  }

  /** Behind a variable that is a tensor now, its shape. */
  private String shape(String signature) {
    return control.value(signature.split(":")[0]) instanceof Tensor T ? " " + T.shape() : "";
  }

  private String comment(String signature) {
    Matcher call = CALL.matcher(signature);
    if (!call.matches()) {
      String type = signature.substring(signature.indexOf(':') + 1);
      return ofClass(type, type.substring(type.lastIndexOf('.') + 1));
    }
    String name = call.group(1);
    int dot = name.lastIndexOf('.');
    String member = name.substring(dot + 1) + Javadoc.names(call.group(2));
    String constructed = ofClass(full(name), member);
    return constructed.isEmpty() && dot > 0
        ? ofClass(full(name.substring(0, dot)), member)
        : constructed;
  }

  private static String ofClass(String name, String member) {
    while (name.startsWith("convnet.")) {
      try {
        return Javadoc.of(Class.forName(name), member);
      } catch (ClassNotFoundException e) {
        name = name.replaceFirst("\\.(?=[^.]*$)", "\\$"); // a class in a class
      }
    }
    return "";
  }

  /** {@code convnet.tensor.Tensor} for {@code Tensor}, if that is what the name means here. */
  private String full(String name) {
    List<Documentation> found = analysis.documentation(name, name.length(), false);
    return found.isEmpty() ? name : found.get(0).signature();
  }

  private static String plain(String html) {
    return html.replaceAll("<(?:p|br|hr|/pre)>", "\n")
        .replaceAll("<[^>]*>", "")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }
}
