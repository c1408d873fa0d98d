package convnet.page;

import convnet.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** An object in JavaScript's notation that may stand within a script of a page. */
final class Json {
  private final List<String> fields = new ArrayList<>();

  Json put(String name, String text) {
    return raw(name, quoted(text));
  }

  Json put(String name, double number) {
    return raw(name, number == Math.rint(number) ? "" + (long) number : "" + number);
  }

  Json put(String name, int... numbers) {
    return raw(name, Arrays.toString(numbers));
  }

  Json put(String name, double[] numbers) {
    return raw(name, Arrays.toString(numbers));
  }

  Json put(String name, Shape shape) {
    return put(name, shape.toArray());
  }

  /** Letters, digits, plus, slash and equals signs: they stand as they are. */
  Json base64(String name, String text) {
    return raw(name, '"' + text + '"');
  }

  Json put(String name, List<Json> list) {
    return raw(name, "" + list);
  }

  private Json raw(String name, String value) {
    fields.add(quoted(name) + ": " + value);
    return this;
  }

  /** A string; "less than" is written by its number, so that no tag begins within. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (char c : text.toCharArray()) {
      boolean plain = c >= ' ' && c != '"' && c != '\\' && c != '<' && c < 0x7f;
      quoted.append(plain ? "" + c : "\\u%04x".formatted((int) c));
    }
    return quoted.append('"').toString();
  }

  /** Text for HTML, also within an attribute. */
  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }

  @Override
  public String toString() {
    return "{" + String.join(", ", fields) + "}";
  }
}
