package convnet.notebook;

import convnet.tensor.Tensor;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * A matrix as a table of numbers on shaded cells, drawn as a picture: code hosts strip the colours
 * of HTML tables. {@link #mark} frames a part of it.
 *
 * <pre>Numbers.of(x).mark(0, 1, 3, 3).picture()</pre>
 */
public final class Numbers {
  /** A framed part: rows {@code row} and on, columns {@code col} and on. */
  private record Mark(int row, int col, int rows, int cols, boolean strong, Mark next) {}

  private final Tensor m;
  private final int cell;
  private final double low;
  private final double high;
  private final Mark marks;

  private Numbers(Tensor m, int cell, double low, double high, Mark marks) {
    this.m = m;
    this.cell = cell;
    this.low = low;
    this.high = high;
    this.marks = marks;
  }

  /**
   * A table of a matrix, shaded from white, the least number or 0, to dark, the largest; with
   * negative numbers among them dark blue over grey to yellow.
   *
   * @param m {@code (H, W)}
   * @throws IllegalArgumentException if it has not two axes
   */
  public static Numbers of(Tensor m) {
    if (m.rank() != 2) {
      throw new IllegalArgumentException("Numbers: expected a matrix (H, W), got " + m.shape());
    }
    double least = 0;
    double most = 0;
    for (float v : m.array()) {
      least = Math.min(least, v);
      most = Math.max(most, v);
    }
    double high = Math.max(most, -least);
    return new Numbers(m, 34, least < 0 ? -high : 0, high, null);
  }

  /** A copy with cells of another size, in layout pixels; below 14 the numbers are left out. */
  public Numbers cell(int size) {
    return new Numbers(m, size, low, high, marks);
  }

  /** A copy on another scale, so that several tables can be compared. */
  public Numbers scale(double low, double high) {
    return new Numbers(m, cell, low, high, marks);
  }

  /** A copy with a thick frame around a part: the window. */
  public Numbers mark(int row, int col, int rows, int cols) {
    return new Numbers(m, cell, low, high, new Mark(row, col, rows, cols, true, marks));
  }

  /** A copy with a thin dashed frame around a part: the padding's inner edge, say. */
  public Numbers outline(int row, int col, int rows, int cols) {
    return new Numbers(m, cell, low, high, new Mark(row, col, rows, cols, false, marks));
  }

  /** The table drawn. */
  public BufferedImage picture() {
    int H = m.dim(0);
    int W = m.dim(1);
    int edge = 4;
    Canvas canvas = new Canvas(W * cell + 2 * edge, H * cell + 2 * edge);
    canvas.g.translate(edge, edge);
    int font = Math.max(8, Math.min(14, cell * 2 / 5));
    Ink ink = low < 0 ? Ink.SIGNED : Ink.PAPER;
    for (int h = 0; h < H; h++) {
      for (int w = 0; w < W; w++) {
        // On paper the darkest stays a middle grey, so that black numbers can be read.
        double v = Pictures.scaled(m.get(h, w), low, high, ink);
        Color background = ink.of(ink == Ink.PAPER ? 0.55 * v : v);
        canvas.g.setColor(background);
        canvas.g.fillRect(w * cell, h * cell, cell, cell);
        canvas.g.setColor(Canvas.FAINT);
        canvas.g.drawRect(w * cell, h * cell, cell, cell);
        if (cell >= 14) {
          canvas.g.setColor(Ink.on(background));
          String text = text(m.get(h, w));
          canvas.fit(text, font, cell - 4);
          canvas.centre(text, (w + 0.5) * cell, (h + 0.5) * cell);
        }
      }
    }
    for (Mark mark = marks; mark != null; mark = mark.next) {
      canvas.g.setColor(mark.strong ? new Color(0xD55E00) : Color.BLACK);
      canvas.g.setStroke(
          mark.strong
              ? new BasicStroke(3f)
              : new BasicStroke(
                  1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_MITER, 1f, new float[] {5, 4}, 0));
      canvas.g.drawRect(mark.col * cell, mark.row * cell, mark.cols * cell, mark.rows * cell);
    }
    return canvas.done(describe());
  }

  /** Up to eight rows of numbers are read out; of larger tables only the size. */
  private String describe() {
    String size = "table of numbers " + m.shape();
    if (m.dim(0) > 8 || m.dim(1) > 8) {
      return size;
    }
    StringJoiner rows = new StringJoiner("; ", size + ": ", "");
    for (int h = 0; h < m.dim(0); h++) {
      StringJoiner row = new StringJoiner(" ");
      for (int w = 0; w < m.dim(1); w++) {
        row.add(text(m.get(h, w)));
      }
      rows.add(row.toString());
    }
    return rows.toString();
  }

  /** Whole numbers as such, others with at most two decimals. */
  static String text(float v) {
    if (Float.isNaN(v)) {
      return "NaN";
    }
    if (Float.isInfinite(v)) {
      return v > 0 ? "∞" : "-∞";
    }
    if (Math.abs(v) >= 1e7) {
      return String.format(Locale.ROOT, "%.2e", v);
    }
    if (v == Math.rint(v)) {
      return Integer.toString((int) v);
    }
    String text = String.format(Locale.ROOT, Math.abs(v) < 10 ? "%.2f" : "%.1f", v);
    return text.replaceFirst("^(-?)0\\.", "$1."); // .25 takes less room than 0.25
  }
}
