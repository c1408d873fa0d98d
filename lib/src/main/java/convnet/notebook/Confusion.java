package convnet.notebook;

import convnet.data.Dataset;
import convnet.lab.Predictions;
import convnet.lab.Predictions.Prediction;
import convnet.tensor.Tensor;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A confusion matrix that shows what was confused: in each cell the count and, off the diagonal,
 * the image about whose wrong answer the network was surest.
 */
public final class Confusion {
  private static final int CELL = 74;
  private static final int EDGE = 58;
  private static final int ZOOM = 2;

  private Confusion() {}

  /**
   * The matrix of a data set's predictions: a row for each right answer, a column for each given.
   */
  public static BufferedImage picture(Predictions predictions, Dataset data) {
    int K = Dataset.CLASSES;
    Tensor counts = predictions.confusion();
    Canvas canvas = new Canvas(EDGE + K * CELL + 6, EDGE + K * CELL + 6);
    canvas.font(14, true);
    canvas.centre("answer of the network", EDGE + K * CELL / 2.0, 14);
    canvas.g.rotate(-Math.PI / 2, 14, EDGE + K * CELL / 2.0);
    canvas.centre("right answer", 14, EDGE + K * CELL / 2.0);
    canvas.g.rotate(Math.PI / 2, 14, EDGE + K * CELL / 2.0);
    double most = 1;
    for (int r = 0; r < K; r++) {
      canvas.centre("" + r, EDGE - 16, EDGE + (r + 0.5) * CELL);
      canvas.centre("" + r, EDGE + (r + 0.5) * CELL, EDGE - 16);
      for (int c = 0; c < K; c++) {
        most = r == c ? most : Math.max(most, counts.get(r, c));
      }
    }
    List<Prediction> mistakes = predictions.mistakes();
    for (int r = 0; r < K; r++) {
      for (int c = 0; c < K; c++) {
        cell(canvas, EDGE + c * CELL, EDGE + r * CELL, (int) counts.get(r, c), r == c, most);
        int row = r;
        int column = c;
        mistakes.stream()
            .filter(p -> p.right() == row && p.predicted() == column)
            .findFirst()
            .ifPresent(
                p -> digit(canvas, data, p.image(), EDGE + column * CELL, EDGE + row * CELL));
      }
    }
    return canvas.done(
        "confusion matrix of %s images, right answers by answers of the network: %s right, %s wrong"
            .formatted(data.size(), data.size() - mistakes.size(), mistakes.size()));
  }

  private static void cell(
      Canvas canvas, int left, int top, int count, boolean right, double most) {
    // The more mistakes, the darker; the diagonal stays plain, for it would outshine them all.
    canvas.g.setColor(right ? new Color(0xE8EEF4) : Ink.PAPER.of(0.5 * Math.sqrt(count / most)));
    canvas.g.fillRect(left, top, CELL, CELL);
    canvas.g.setColor(Canvas.FAINT);
    canvas.g.setStroke(new BasicStroke(1f));
    canvas.g.drawRect(left, top, CELL, CELL);
    canvas.g.setColor(Color.BLACK);
    canvas.font(right ? 16 : 12, true);
    if (right) {
      canvas.centre("" + count, left + CELL / 2.0, top + CELL / 2.0);
    } else if (count > 0) {
      canvas.centre("" + count, left + CELL / 2.0, top + CELL - 8);
    }
  }

  private static void digit(Canvas canvas, Dataset data, int image, int left, int top) {
    Tensor x = data.batch(image, image + 1).x();
    int H = data.H();
    int W = data.W();
    int x0 = left + (CELL - W * ZOOM) / 2;
    int y0 = top + 2;
    for (int h = 0; h < H; h++) {
      for (int w = 0; w < W; w++) {
        canvas.g.setColor(Ink.PAPER.of(x.array()[h * W + w]));
        canvas.g.fillRect(x0 + w * ZOOM, y0 + h * ZOOM, ZOOM, ZOOM);
      }
    }
  }
}
