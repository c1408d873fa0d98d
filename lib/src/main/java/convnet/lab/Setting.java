package convnet.lab;

import java.util.List;

/** What the settings of an {@link Experiment} can be. */
final class Setting {
  private static final List<String> OPTIMIZERS = List.of("SGD", "Momentum", "AdaGrad", "Adam");
  private static final String REAL = "[0-9]*\\.?[0-9]+([eE][+-]?[0-9]{1,3})?";
  private static final String STEPS = "x (" + REAL + ") every ([1-9][0-9]{0,8}) epochs?";

  private Setting() {}

  /**
   * A value as it is written down.
   *
   * @throws IllegalArgumentException if the setting cannot have it
   */
  static String checked(String setting, String value) {
    switch (setting) {
      case "network":
        return new NetworkLine(value).toString();
      case "weights":
        boolean named = List.of("He", "Xavier").contains(value);
        return named ? value : real(setting, value, ", He or Xavier", Double.MIN_VALUE, 1e9);
      case "optimizer":
        return oneOf(setting, value, OPTIMIZERS);
      case "learning rate":
        return real(setting, value, "", Float.MIN_VALUE, Float.MAX_VALUE);
      case "momentum":
        return real(setting, value, "", 0, Math.nextDown(1.0));
      case "weight decay":
        return real(setting, value, "", 0, 1e9);
      case "schedule":
        if (!value.matches("constant|cosine|" + STEPS)) {
          throw wrong(setting, "constant, cosine, or such as x 0.5 every 2 epochs", value);
        }
        return value;
      case "recorded loss":
        return oneOf(setting, value, List.of("before update", "after update"));
      case "seed":
        return whole(setting, value, Long.MIN_VALUE, Long.MAX_VALUE);
      default:
        return whole(setting, value, 1, Integer.MAX_VALUE);
    }
  }

  private static String real(String name, String value, String or, double least, double most) {
    String from = least == 0 ? "of 0 or more" : "above 0";
    String to = most < 1 ? " and below 1" : "";
    double number = value.matches(REAL) ? Double.parseDouble(value) : Double.NaN;
    if (!(number >= least && number <= most)) {
      throw wrong(name, "a number " + from + to + or, value);
    }
    return Double.toString(number);
  }

  private static String whole(String name, String value, long least, long most) {
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return Long.toString(number);
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw wrong(name, "a whole number" + (least == 1 ? " of 1 or more" : ""), value);
  }

  private static String oneOf(String name, String value, List<String> all) {
    if (!all.contains(value)) {
      throw wrong(name, String.join(", ", all), value);
    }
    return value;
  }

  private static IllegalArgumentException wrong(String name, String expected, String got) {
    return new IllegalArgumentException(
        "%s: expected %s, got \"%s\"".formatted(name, expected, got));
  }
}
