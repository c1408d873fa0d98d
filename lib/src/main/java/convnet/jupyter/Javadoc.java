package convnet.jupyter;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The library's comments, from the sources that lie in its jar. */
final class Javadoc {
  /** A comment and what it stands over, up to its body or value. */
  private static final Pattern COMMENTED =
      Pattern.compile("/\\*\\*(.*?)\\*/\\s*([^{;=]*)", Pattern.DOTALL);

  private static final Pattern TYPE = Pattern.compile("\\b(?:class|interface|enum|record) (\\w+)");
  private static final Pattern METHOD = Pattern.compile("(\\w+)\\(([^)]*)\\)");
  private static final Pattern INLINE = Pattern.compile("\\{@(\\w+)\\s+([^}]*)\\}");

  private Javadoc() {}

  /**
   * What is written over a class or a method, as HTML. A method without a comment has that of the
   * class or interface from which it comes; a record's constructor has the record's.
   *
   * @param member the method's name with its parameters', {@code "dot(other)"}, or the class's name
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
    return html(comments(type).getOrDefault(type.getSimpleName(), ""));
  }

  /** The comments of a class's file by member; none for classes that are not of this library. */
  private static Map<String, String> comments(Class<?> type) {
    Map<String, String> comments = new HashMap<>();
    String path = "/sources/" + type.getName().split("\\$")[0].replace('.', '/') + ".java";
    try (InputStream in = Javadoc.class.getResourceAsStream(path)) {
      String source = in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Matcher found = COMMENTED.matcher(source); found.find(); ) {
        Matcher declared = TYPE.matcher(found.group(2));
        Matcher method = METHOD.matcher(found.group(2));
        if (declared.find()) {
          comments.put(declared.group(1), found.group(1));
        } else if (method.find()) {
          comments.put(method.group(1) + names(method.group(2)), found.group(1));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return comments;
  }

  /** {@code (values, dims)} for {@code Map<String, Tensor> values, int... dims}. */
  static String names(String parameters) {
    String plain = parameters.replaceAll("<[^()]*>", "").strip();
    return "(" + plain.replaceAll("[^,]*?(\\w+)\\s*(,|$)", "$1$2").replace(",", ", ") + ")";
  }

  /** Javadoc's marks as HTML's; what is written between them is HTML already. */
  private static String html(String comment) {
    String text = comment.replaceAll("(?m)^\\s*\\* ?", "").strip();
    return INLINE
        .matcher(text)
        .replaceAll(Javadoc::code)
        .replaceAll("(?m)^@(param|throws)\\s+(\\S+)", "<br><b>$2</b>:")
        .replaceAll("(?m)^@return", "<br><b>returns</b>");
  }

  /** {@code {@link Tensor#dot(Tensor) dot}} is {@code dot}, without a label {@code Tensor.dot}. */
  private static String code(MatchResult mark) {
    String text = mark.group(2);
    if (mark.group(1).startsWith("link")) {
      text = text.replaceAll("\\(.*?\\)", "").replace('#', '.').replaceAll("^\\.", "");
      text = text.substring(text.indexOf(' ') + 1);
    }
    return Matcher.quoteReplacement("<code>" + escaped(text) + "</code>");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
