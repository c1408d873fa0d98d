package convnet.notebook;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.tensor.Tensor;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * im2col, one window at a time: the window in the padded image on the left, the row of the column
 * matrix that it becomes on the right (book, section 7.4.3).
 *
 * <pre>display(new Im2colSteps(x, 3, 3, 1, 0).picture(4))</pre>
 */
public final class Im2colSteps {
  private static final Color WINDOW = new Color(0xD55E00);
  private static final Color FRESH = new Color(0xFFE0C2);
  private static final int TITLE = 26;
  private static final int GAP = 70;

  private final Tensor x; // (C, H + 2 pad, W + 2 pad)
  private final Tensor col; // (OH*OW, C*FH*FW)
  private final Window window;
  private final int C;
  private final int cell;

  /**
   * Steps over one image.
   *
   * @param x {@code (1, C, H, W)}; small enough to be drawn, up to about 8 x 8
   * @throws IllegalArgumentException if x is not one image or the window does not fit
   */
  public Im2colSteps(Tensor x, int FH, int FW, int stride, int pad) {
    if (x.rank() != 4 || x.dim(0) != 1) {
      throw new IllegalArgumentException(
          "Im2colSteps: expected one image (1, C, H, W), got " + x.shape());
    }
    C = x.dim(1);
    window = new Window(x.dim(2), x.dim(3), FH, FW, stride, pad);
    Tensor padded = x.pad(pad);
    this.x = padded.reshape(C, padded.dim(2), padded.dim(3));
    col = Im2col.im2col(x, FH, FW, stride, pad);
    cell = Math.max(16, Math.min(34, 560 / col.dim(1)));
  }

  /** The number of steps: windows of the image, rows of the column matrix. */
  public int steps() {
    return col.dim(0);
  }

  /** A picture for each step, for {@link Animation}. */
  public List<BufferedImage> pictures() {
    List<BufferedImage> pictures = new ArrayList<>();
    for (int step = 0; step < steps(); step++) {
      pictures.add(picture(step));
    }
    return pictures;
  }

  /**
   * One step; the rows that come later are still empty.
   *
   * @throws IllegalArgumentException unless {@code 0 <= step < steps()}
   */
  public BufferedImage picture(int step) {
    if (step < 0 || step >= steps()) {
      throw new IllegalArgumentException(
          "Im2colSteps: expected a step from 0 to %s, got %s".formatted(steps() - 1, step));
    }
    int H = x.dim(1);
    int W = x.dim(2);
    int K = col.dim(1);
    int imageHeight = C * (H * cell + 10);
    int height = TITLE + Math.max(imageHeight, (steps() + 1) * cell) + 10;
    Canvas canvas = new Canvas(W * cell + GAP + K * cell + 60, height);
    int h0 = step / window.OW() * window.stride();
    int w0 = step % window.OW() * window.stride();
    canvas.font(13, true);
    canvas.left(title(), 6, TITLE / 2.0);
    canvas.left(
        "col (%s, %s), row %s".formatted(steps(), K, step), W * cell + GAP + 6, TITLE / 2.0);
    for (int c = 0; c < C; c++) {
      int top = TITLE + c * (H * cell + 10);
      plane(canvas, c, 6, top, h0, w0);
    }
    matrix(canvas, W * cell + GAP, TITLE, step);
    return canvas.done(
        "%s with the window at row %s, column %s; its numbers are row %s of col (%s, %s)"
            .formatted(title(), h0, w0, step, steps(), K));
  }

  private String title() {
    String size = "(%s, %s, %s)".formatted(C, window.H(), window.W());
    return window.pad() == 0 ? "image " + size : "image " + size + ", pad " + window.pad();
  }

  private void plane(Canvas canvas, int c, int left, int top, int h0, int w0) {
    int pad = window.pad();
    for (int h = 0; h < x.dim(1); h++) {
      for (int w = 0; w < x.dim(2); w++) {
        boolean inside = h >= h0 && h < h0 + window.FH() && w >= w0 && w < w0 + window.FW();
        boolean border = h < pad || w < pad || h >= pad + window.H() || w >= pad + window.W();
        number(canvas, left + w * cell, top + h * cell, x.get(c, h, w), inside, border);
      }
    }
    frame(canvas, left + w0 * cell, top + h0 * cell, window.FW() * cell, window.FH() * cell);
  }

  private void matrix(Canvas canvas, int left, int top, int step) {
    int K = col.dim(1);
    canvas.font(Math.max(8, cell / 3), false);
    canvas.g.setColor(Color.BLACK);
    for (int k = 0; k < K; k++) { // which pixel of the window a column holds
      int fh = k / window.FW() % window.FH();
      String name =
          (C == 1 ? "" : k / (window.FH() * window.FW()) + ":") + fh + "," + k % window.FW();
      canvas.centre(name, left + (k + 0.5) * cell, top + cell / 2.0);
    }
    for (int row = 0; row < steps(); row++) {
      for (int k = 0; k < K; k++) {
        int y = top + (row + 1) * cell;
        if (row <= step) {
          number(canvas, left + k * cell, y, col.get(row, k), row == step, false);
        } else {
          canvas.g.setColor(Canvas.FAINT);
          canvas.g.setStroke(new BasicStroke(1f));
          canvas.g.drawRect(left + k * cell, y, cell, cell);
        }
      }
    }
    frame(canvas, left, top + (step + 1) * cell, K * cell, cell);
  }

  private void number(Canvas canvas, int left, int top, float v, boolean fresh, boolean border) {
    canvas.g.setColor(fresh ? FRESH : border ? new Color(0xEEEEEE) : Color.WHITE);
    canvas.g.fillRect(left, top, cell, cell);
    canvas.g.setColor(Canvas.FAINT);
    canvas.g.setStroke(new BasicStroke(1f));
    canvas.g.drawRect(left, top, cell, cell);
    canvas.g.setColor(border && !fresh ? Color.GRAY : Color.BLACK);
    canvas.font(Math.max(8, cell * 2 / 5), fresh);
    canvas.centre(Numbers.text(v), left + cell / 2.0, top + cell / 2.0);
  }

  private static void frame(Canvas canvas, int left, int top, int width, int height) {
    canvas.g.setColor(WINDOW);
    canvas.g.setStroke(new BasicStroke(3f));
    canvas.g.drawRect(left, top, width, height);
  }
}
