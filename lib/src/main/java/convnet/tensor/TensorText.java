package convnet.tensor;

import java.util.Locale;

/** A tensor as text: the shape, then nested brackets; long axes show three values at each end. */
final class TensorText {
  private static final int EDGE = 3;
  private static final int WHOLE = 1000;

  private final Tensor tensor;
  private final int width;
  private final boolean whole;

  private TensorText(Tensor tensor) {
    this.tensor = tensor;
    boolean integers = true;
    for (float v : tensor.array()) {
      integers &= v == Math.rint(v) && Math.abs(v) < 1e7;
    }
    this.whole = integers;
    int widest = 0;
    for (int i = 0; i < tensor.size(); i++) {
      widest = Math.max(widest, number(tensor.array()[i]).length());
    }
    this.width = widest;
  }

  static String of(Tensor tensor) {
    StringBuilder out = new StringBuilder(tensor.shape().toString()).append('\n');
    new TensorText(tensor).append(out, 0, 0, tensor.size());
    return out.toString();
  }

  private void append(StringBuilder out, int axis, int offset, int size) {
    if (axis == tensor.rank()) {
      out.append(("%" + width + "s").formatted(number(tensor.array()[offset])));
      return;
    }
    int n = tensor.dim(axis);
    boolean last = axis == tensor.rank() - 1;
    out.append('[');
    for (int i = 0; i < n; i++) {
      if (i > 0) {
        out.append(last ? " " : "\n".repeat(tensor.rank() - 1 - axis) + " ".repeat(axis + 1));
      }
      if (tensor.size() > WHOLE && n > 2 * EDGE && i == EDGE) {
        out.append("...");
        i = n - EDGE - 1;
      } else {
        append(out, axis + 1, offset + i * (size / n), size / n);
      }
    }
    out.append(']');
  }

  private String number(float v) {
    if (whole || Float.isNaN(v) || Float.isInfinite(v)) {
      return whole ? Integer.toString((int) v) : Float.toString(v);
    }
    double size = Math.abs(v);
    boolean plain = size == 0 || (size >= 1e-4 && size < 1e6);
    return String.format(Locale.ROOT, plain ? "%.4f" : "%.3e", v);
  }
}
