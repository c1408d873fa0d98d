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
  private static final int MOST = 12; // classes whose mistakes can be shown as pictures
  private static final int EDGE = 58;
  private static final int READABLE = 20; // layout pixels of a cell with a number
  private static final int WIDEST = 2800; // layout pixels of many classes
  private static final int INK = 56; // layout pixels of a picture in its cell

  private final Canvas canvas;
  private final int cell;

  private Confusion(int K) {
    cell = K > MOST ? Math.max(4, Math.min(30, WIDEST / K)) : 74;
    canvas = new Canvas(EDGE + K * cell + 6, EDGE + K * cell + 6);
  }

  /**
   * The matrix of a data set's predictions: a row for each right answer, a column for each given.
   * With more than {@value #MOST} classes, or images too large for a cell, it shows counts only.
   */
  public static BufferedImage picture(Predictions predictions, Dataset data) {
    if (predictions.all().size() != data.size()) {
      throw new IllegalArgumentException(
          "Confusion: predictions of %s images, data of %s; take those that were predicted"
              .formatted(predictions.all().size(), data.size()));
    }
    Tensor counts = predictions.confusion();
    int K = counts.dim(0);
    return new Confusion(K).draw(K, counts, predictions.mistakes(), data);
  }

  private BufferedImage draw(int K, Tensor counts, List<Prediction> mistakes, Dataset data) {
    canvas.font(14, true);
    canvas.centre("answer of the network", EDGE + K * cell / 2.0, 14);
    canvas.g.rotate(-Math.PI / 2, 14, EDGE + K * cell / 2.0);
    canvas.centre("right answer", 14, EDGE + K * cell / 2.0);
    canvas.g.rotate(Math.PI / 2, 14, EDGE + K * cell / 2.0);
    double most = 1;
    for (int r = 0; r < K; r++) {
      if (cell < READABLE && r % 10 != 0) {
        continue;
      }
      canvas.centre("" + r, EDGE - 16, EDGE + (r + 0.5) * cell);
      canvas.centre("" + r, EDGE + (r + 0.5) * cell, EDGE - 16);
    }
    for (int r = 0; r < K; r++) {
      for (int c = 0; c < K; c++) {
        most = r == c ? most : Math.max(most, counts.get(r, c));
      }
    }
    boolean pictures = K <= MOST && Math.max(data.H(), data.W()) <= INK;
    for (int r = 0; r < K; r++) {
      for (int c = 0; c < K; c++) {
        cell(EDGE + c * cell, EDGE + r * cell, (int) counts.get(r, c), r == c, most);
        if (!pictures) {
          continue;
        }
        int row = r;
        int column = c;
        mistakes.stream()
            .filter(p -> p.right() == row && p.predicted() == column)
            .findFirst()
            .ifPresent(p -> digit(data, p.image(), EDGE + column * cell, EDGE + row * cell));
      }
    }
    return canvas.done(
        "confusion matrix of %s images, right answers by answers of the network: %s right, %s wrong"
            .formatted(data.size(), data.size() - mistakes.size(), mistakes.size()));
  }

  private void cell(int left, int top, int count, boolean right, double most) {
    // The more mistakes, the darker; the diagonal stays plain, for it would outshine them all.
    canvas.g.setColor(right ? new Color(0xE8EEF4) : Ink.PAPER.of(0.5 * Math.sqrt(count / most)));
    canvas.g.fillRect(left, top, cell, cell);
    canvas.g.setColor(Canvas.FAINT);
    canvas.g.setStroke(new BasicStroke(1f));
    canvas.g.drawRect(left, top, cell, cell);
    canvas.g.setColor(Color.BLACK);
    boolean small = cell < INK;
    if (cell < READABLE) {
      return;
    }
    canvas.font(small ? 10 : right ? 16 : 12, true);
    if (right || small && count > 0) {
      canvas.centre("" + count, left + cell / 2.0, top + cell / 2.0);
    } else if (count > 0) {
      canvas.centre("" + count, left + cell / 2.0, top + cell - 8);
    }
  }

  private void digit(Dataset data, int image, int left, int top) {
    Tensor x = data.batch(image, image + 1).x();
    int H = data.H();
    int W = data.W();
    int zoom = INK / Math.max(H, W);
    int x0 = left + (cell - W * zoom) / 2;
    int y0 = top + 2;
    for (int h = 0; h < H; h++) {
      for (int w = 0; w < W; w++) {
        canvas.g.setColor(Ink.PAPER.of(x.array()[h * W + w]));
        canvas.g.fillRect(x0 + w * zoom, y0 + h * zoom, zoom, zoom);
      }
    }
  }
}
