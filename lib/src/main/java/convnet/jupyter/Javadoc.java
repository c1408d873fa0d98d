package convnet.jupyter;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.stream.Collectors;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** The library's comments, from the sources that lie in its jar. */
final class Javadoc {
  private Javadoc() {}

  /**
   * What is written over a class or a method, as HTML. A method without a comment has that of the
   * class or interface from which it comes; a record's constructor has the record's.
   *
   * @param member the method's name with its parameters', {@code "dot(other)"}; empty for the class
   * @return empty where there is no comment
   */
  static String of(Class<?> type, String member) {
    for (Class<?> from = type; from != null; from = from.getSuperclass()) {
      String comment = comments(from).get(member);
      for (Class<?> above : from.getInterfaces()) {
        comment = comment == null ? comments(above).get(member) : comment;
      }
      if (comment != null) {
        return html(comment);
      }
    }
    return member.isEmpty() ? "" : of(type, "");
  }

  /** The comments of a class of this library by member; none for other classes. */
  private static Map<String, String> comments(Class<?> type) {
    Map<String, String> comments = new HashMap<>();
    String[] names = type.getName().split("\\$");
    String path = "/sources/" + names[0].replace('.', '/') + ".java";
    try (InputStream in = Javadoc.class.getResourceAsStream(path)) {
      if (in != null) {
        String source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        read(source, type.getSimpleName(), comments);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return comments;
  }

  private static void read(String source, String type, Map<String, String> comments)
      throws IOException {
    SimpleJavaFileObject file =
        new SimpleJavaFileObject(URI.create("string:///A.java"), JavaFileObject.Kind.SOURCE) {
          @Override
          public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return source;
          }
        };
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problem -> {}, List.of("-proc:none"), null, List.of(file));
    DocTrees trees = DocTrees.instance(task);
    for (CompilationUnitTree unit : task.parse()) {
      new TreePathScanner<Void, String>() {
        @Override
        public Void visitClass(ClassTree tree, String outer) {
          String name = tree.getSimpleName().toString();
          note(name, "");
          return super.visitClass(tree, name);
        }

        @Override
        public Void visitMethod(MethodTree tree, String outer) {
          boolean constructor = tree.getReturnType() == null;
          note(outer, (constructor ? outer : tree.getName()) + parameters(tree));
          return null;
        }

        private void note(String outer, String member) {
          String comment = trees.getDocComment(getCurrentPath());
          if (comment != null && outer.equals(type)) {
            comments.put(member, comment);
          }
        }
      }.scan(unit, "");
    }
  }

  private static String parameters(MethodTree tree) {
    return tree.getParameters().stream()
        .map(parameter -> parameter.getName().toString())
        .collect(Collectors.joining(", ", "(", ")"));
  }

  /** Javadoc's marks as HTML's; what is written between them is HTML already. */
  private static String html(String comment) {
    return INLINE
        .matcher(comment)
        .replaceAll(Javadoc::code)
        .replaceAll("(?m)^\\s*@(param|throws)\\s+(\\S+)", "<br><b>$2</b>:")
        .replaceAll("(?m)^\\s*@return", "<br><b>returns</b>")
        .replaceAll("(?m)^\\s*@\\w+", "<br>");
  }

  private static final java.util.regex.Pattern INLINE =
      java.util.regex.Pattern.compile("\\{@(\\w+)\\s+([^}]*)\\}");

  /** {@code {@link Tensor#dot(Tensor) dot}} is {@code dot}, without a label {@code Tensor.dot}. */
  private static String code(MatchResult mark) {
    String text = mark.group(2);
    if (mark.group(1).startsWith("link")) {
      text = text.replaceAll("\\(.*?\\)", "").replace('#', '.').replaceAll("^\\.", "");
      text = text.substring(text.indexOf(' ') + 1);
    }
    return java.util.regex.Matcher.quoteReplacement("<code>" + escaped(text) + "</code>");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
