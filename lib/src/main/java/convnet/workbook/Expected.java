package convnet.workbook;

import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The right result of a step beside those of the usual mistakes. */
final class Expected {
  private final Sheet sheet;
  private final String axes;
  private final Tensor right;
  private final List<Map.Entry<Tensor, String>> mistakes = new ArrayList<>();

  Expected(Sheet sheet, String axes, Tensor right) {
    this.sheet = sheet;
    this.axes = axes;
    this.right = right;
  }

  /** What comes out if one makes a certain mistake, and what to say then. */
  Expected or(Tensor wrong, String cause) {
    mistakes.add(Map.entry(wrong, cause));
    return this;
  }

  /**
   * Ends the check unless this is what came; it says which shape or number differs first, and, if
   * the result is that of a usual mistake, which.
   */
  void is(Tensor came) {
    if (came == null) {
      throw sheet.unwritten();
    }
    if (!close(came, right)) {
      String fact =
          came.shape().equals(right.shape())
              ? firstDifference(came)
              : "the shape is %s, expected %s = %s.".formatted(came.shape(), axes, right.shape());
      throw sheet.wrong(fact + cause(came));
    }
    sheet.right();
  }

  private String firstDifference(Tensor came) {
    float[] a = came.array();
    float[] b = right.array();
    int i = 0;
    while (Math.abs(a[i] - b[i]) <= tolerance(right)) { // false for NaN
      i++;
    }
    if (b.length == 1) {
      return "it is %s, expected %s.".formatted(text(a[0]), text(b[0]));
    }
    int[] index = new int[right.rank()];
    for (int axis = index.length - 1, rest = i; axis >= 0; axis--) {
      index[axis] = rest % right.dim(axis);
      rest /= right.dim(axis);
    }
    String where = Arrays.toString(index).replace('[', '(').replace(']', ')');
    return "of %s, number %s is %s, expected %s.".formatted(axes, where, text(a[i]), text(b[i]));
  }

  private String cause(Tensor came) {
    for (Map.Entry<Tensor, String> mistake : mistakes) {
      if (close(came, mistake.getKey())) {
        return " " + mistake.getValue();
      }
    }
    return came.size() == right.size() && right.size() > 1 ? anySteps(came) : "";
  }

  /** The mistakes that one can make in any step. */
  private String anySteps(Tensor came) {
    float[] b = right.array();
    Tensor line = came.reshape(b.length); // (..) -> (size,)
    if (came.rank() == 2 && close(came.transpose(), right)) {
      return " It lies on its side: transpose it.";
    }
    if (close(line, right.reshape(b.length))) {
      return " The numbers are right, only the last reshape is missing.";
    }
    if (came.map(Math::abs).sum() == 0) {
      return " All numbers are 0. (Mind that 1 / 3 is 0 in Java: write 1.0 / 3.)";
    }
    int largest = largest(b);
    double factor = came.array()[largest] / b[largest];
    if (factor != 0
        && Double.isFinite(factor)
        && close(line, right.reshape(b.length).mul(factor))) {
      return " Each number is %s times what it should be.".formatted(text(factor));
    }
    return Arrays.equals(sorted(came.array()), sorted(b))
        ? " These are the right numbers in another order: look at reshape and transpose."
        : "";
  }

  private static int largest(float[] values) {
    int at = 0;
    for (int i = 0; i < values.length; i++) {
      at = Math.abs(values[i]) > Math.abs(values[at]) ? i : at;
    }
    return at;
  }

  private static float[] sorted(float[] values) {
    float[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Of equal shape and, but for rounding, of equal numbers, NaN where the other has NaN. */
  private static boolean close(Tensor a, Tensor b) {
    boolean close = a.shape().equals(b.shape());
    for (int i = 0; close && i < b.size(); i++) {
      float x = a.array()[i];
      float y = b.array()[i];
      close = Math.abs(x - y) <= tolerance(b) || Float.isNaN(x) && Float.isNaN(y);
    }
    return close;
  }

  private static double tolerance(Tensor right) {
    return 1e-4 * Math.max(0.01, Math.abs(right.array()[largest(right.array())]));
  }

  /** A whole number without a point, any other with four digits. */
  private static String text(double v) {
    return v == Math.rint(v) ? "" + (long) v : String.format(Locale.ROOT, "%.4g", v);
  }
}
