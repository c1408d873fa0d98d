package convnet.workbook;

import convnet.tensor.Tensor;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.function.Consumer;

/** One check while it runs: which step is looked at, and which were right so far. */
final class Sheet {
  /** Ends a check: what is wrong, as a sentence. */
  private static final class Wrong extends RuntimeException {
    Wrong(String sentence) {
      super(sentence, null, false, false);
    }
  }

  private final String name;
  private final Collection<String> right = new LinkedHashSet<>();
  private String step = "";
  private String setting = "";
  private String ifItStops = "";

  private Sheet(String name) {
    this.name = name;
  }

  /** Runs a check up to its first fault, and says in a line what it found. */
  static String judge(String name, Consumer<Sheet> check) {
    Sheet sheet = new Sheet(name);
    try {
      check.accept(sheet);
      return "%s: right (%s).".formatted(name, String.join(", ", sheet.right));
    } catch (Wrong wrong) {
      return wrong.getMessage();
    } catch (NullPointerException nothing) {
      return sheet.at()
          + "your code stops where something is null. Does forward remember what backward needs, in a"
          + " field (this.x = x) and not in a variable of its own? Java says: "
          + nothing.getMessage();
    } catch (RuntimeException stopped) { // the learner's code ended in an error
      if (stopped.getClass().getName().startsWith("jdk.jshell.")) {
        throw stopped; // a name is not declared: the notebook says which
      }
      String why = stopped.getMessage() == null ? "" + stopped : stopped.getMessage();
      return sheet.at() + "your code stops. " + why + sheet.ifItStops;
    }
  }

  /** The setting of the steps that follow, {@code "stride 2, pad 1"}. */
  void with(String setting) {
    with(setting, "");
  }

  /** As {@link #with(String)}, with what to say if the learner's code ends in an error there. */
  void with(String setting, String ifItStops) {
    this.setting = setting;
    this.ifItStops = ifItStops;
  }

  /** The step that the learner's code is at from now on. */
  void at(String step) {
    this.step = step;
  }

  /**
   * What a step should give.
   *
   * @param axes its axes' names, {@code (N, M)}
   */
  Expected expect(String step, String axes, Tensor expected) {
    at(step);
    return new Expected(this, axes, expected);
  }

  /** Ends the check unless a tensor that the learner's code was given is as it was. */
  void unchanged(String what, Tensor now, Tensor before) {
    if (!now.shape().equals(before.shape()) || now.maxAbsDiff(before) != 0) {
      throw wrong(
          "the result is right, but the %s that it was given is changed. Write into a new tensor."
              .formatted(what));
    }
  }

  void right() {
    right.add(step);
  }

  /** Ends the check with a sentence. */
  RuntimeException wrong(String sentence) {
    return new Wrong(at() + sentence);
  }

  /** Ends the check: there is nothing yet where the step's result should be. */
  RuntimeException unwritten() {
    String done = right.isEmpty() ? "" : String.join(", ", right) + " right, " + step + " ";
    String field =
        step.matches("dW|db")
            ? " Set the field: %s = ..., without Tensor before it.".formatted(step)
            : "";
    return new Wrong("%s: %snot written yet.%s".formatted(name, done, field));
  }

  private String at() {
    return name + ", " + step + (setting.isEmpty() ? ": " : " with " + setting + ": ");
  }
}
