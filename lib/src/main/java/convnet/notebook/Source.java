package convnet.notebook;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/**
 * The library's own code, to read in a notebook: {@code display(Source.of(Affine.class),
 * "text/markdown")}. It is what the jar was compiled from, and so never differs from what runs.
 */
public final class Source {
  /** A file's text, and what is declared in it where. */
  private record Parsed(String text, CompilationUnitTree unit, SourcePositions positions) {
    int start(Tree tree) {
      return (int) positions.getStartPosition(unit, tree);
    }

    int end(Tree tree) {
      return (int) positions.getEndPosition(unit, tree);
    }
  }

  private Source() {}

  /**
   * A class without the lines above it, as Markdown.
   *
   * @throws IllegalArgumentException if it is not one of this library's
   */
  public static String of(Class<?> type) {
    Parsed file = parse(type);
    ClassTree declared = declared(file, type);
    return markdown(withComment(file, declared));
  }

  /**
   * One method of a class, or several of the same name, as Markdown; the class's own name means its
   * constructors.
   *
   * @throws IllegalArgumentException if there is no such method; it names those there are
   */
  public static String of(Class<?> type, String method) {
    Parsed file = parse(type);
    Map<String, String> methods = new LinkedHashMap<>();
    for (Tree member : declared(file, type).getMembers()) {
      if (member instanceof MethodTree one) {
        String name =
            one.getName().contentEquals("<init>") ? type.getSimpleName() : "" + one.getName();
        methods.merge(name, withComment(file, one), (above, below) -> above + "\n\n" + below);
      }
    }
    if (!methods.containsKey(method)) {
      throw new IllegalArgumentException(
          "Source: %s has no method %s, choose one of: %s"
              .formatted(type.getSimpleName(), method, String.join(" ", methods.keySet())));
    }
    return markdown(methods.get(method));
  }

  private static Parsed parse(Class<?> type) {
    String path = "/sources/" + type.getName().split("\\$")[0].replace('.', '/') + ".java";
    try (InputStream in = Source.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new IllegalArgumentException(
            "Source: %s is not a class of this library, whose sources lie in its jar"
                .formatted(type.getSimpleName()));
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      JavaFileObject file =
          new SimpleJavaFileObject(URI.create("string://" + path), JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreEncodingErrors) {
              return text;
            }
          };
      var compiler = ToolProvider.getSystemJavaCompiler();
      var task = (JavacTask) compiler.getTask(null, null, null, null, null, List.of(file));
      CompilationUnitTree unit = task.parse().iterator().next();
      return new Parsed(text, unit, Trees.instance(task).getSourcePositions());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The declaration of a class, which may stand within another. */
  private static ClassTree declared(Parsed file, Class<?> type) {
    List<? extends Tree> among =
        type.getDeclaringClass() == null
            ? file.unit.getTypeDecls()
            : declared(file, type.getDeclaringClass()).getMembers();
    for (Tree tree : among) {
      if (tree instanceof ClassTree one
          && one.getSimpleName().contentEquals(type.getSimpleName())) {
        return one;
      }
    }
    throw new IllegalArgumentException("Source: " + type.getName() + " has no name in its file");
  }

  /** A declaration with the comment above it, moved to the left edge. */
  private static String withComment(Parsed file, Tree declared) {
    int start = file.start(declared);
    String before = file.text.substring(0, start).stripTrailing();
    if (before.endsWith("*/")) {
      start = before.lastIndexOf("/**");
    }
    int margin = start - file.text.lastIndexOf('\n', start) - 1;
    return file.text
        .substring(start - margin, file.end(declared))
        .lines()
        .map(line -> line.substring(Math.min(margin, line.length())))
        .collect(Collectors.joining("\n"));
  }

  private static String markdown(String code) {
    return "```java\n" + code + "\n```";
  }
}
