package convnet.notebook;

import convnet.data.GivenFile;
import convnet.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * A picture of one handwritten digit made into what MNIST holds. MNIST's makers fitted each digit
 * into 20 x 20 pixels, kept its proportions, and put its centre of mass into the middle of 28 x 28
 * (LeCun, Bottou, Bengio, Haffner 1998, section III-A). Each step is kept, to be looked at.
 *
 * @param picture as read, red, green and blue on its paper, {@code (3, H, W)}
 * @param ink how much each pixel differs from the paper, 0 to 1, {@code (H, W)}
 * @param cropped the ink within its bounding box, {@code (h, w)}
 * @param fitted scaled so that the longer side is 20, at most {@code (20, 20)}
 * @param centred with its centre of mass in the middle, {@code (1, 1, 28, 28)}: ready for a network
 */
public record Handwriting(
    Tensor picture, Tensor ink, Tensor cropped, Tensor fitted, Tensor centred) {
  private static final int BOX = 20;
  private static final int SIZE = 28;

  /** Of a picture with more pixels in a row or column not every one is read. */
  private static final int LARGEST = 4096;

  /** Less ink than this share of the darkest is paper. */
  private static final double PAPER = 0.2;

  /**
   * Reads a picture file of any size and colour: dark on light, light on dark, or on nothing. Where
   * it is transparent, paper is laid under it: of the colour of its border, or if that is
   * transparent too, black for light ink and white for dark.
   *
   * @throws IOException as {@link Pictures#load}
   * @throws IllegalArgumentException if nothing is drawn on it
   */
  public static Handwriting read(String file) throws IOException {
    Tensor rgba = PictureFile.read(file, LARGEST);
    int H = rgba.dim(1);
    int W = rgba.dim(2);
    double[] paper = paper(rgba);
    Tensor picture = Tensor.zeros(3, H, W);
    for (int c = 0; c < 3; c++) {
      for (int h = 0; h < H; h++) {
        for (int w = 0; w < W; w++) {
          double alpha = rgba.get(3, h, w);
          picture.set(alpha * rgba.get(c, h, w) + (1 - alpha) * paper[c], c, h, w);
        }
      }
    }
    return of(picture, GivenFile.path("Handwriting", file).toString());
  }

  private static double[] paper(Tensor rgba) {
    if (middle(rgba, 3) >= 0.5) {
      return new double[] {middle(rgba, 0), middle(rgba, 1), middle(rgba, 2)};
    }
    Tensor alpha = rgba.rows(3, 4);
    double light = 0;
    for (int c = 0; c < 3; c++) {
      light += alpha.mul(rgba.rows(c, c + 1)).sum() / 3;
    }
    double under = light > alpha.sum() / 2 ? 0 : 1;
    return new double[] {under, under, under};
  }

  /**
   * The same for a picture in memory.
   *
   * @param picture {@code (3, H, W)}, values from 0 to 1
   * @throws IllegalArgumentException if nothing is drawn on it, or a value is not finite
   */
  public static Handwriting of(Tensor picture) {
    if (picture.rank() != 3 || picture.dim(0) != 3) {
      throw new IllegalArgumentException(
          "Handwriting: expected red, green and blue (3, H, W), got " + picture.shape());
    }
    return of(picture.requireFinite("Handwriting: picture"), "this picture");
  }

  private static Handwriting of(Tensor picture, String name) {
    Tensor ink = ink(picture, name);
    Tensor cropped = crop(ink);
    double scale = (double) BOX / Math.max(cropped.dim(0), cropped.dim(1));
    Tensor fitted =
        shrink(
            cropped,
            (int) Math.max(1, Math.round(cropped.dim(0) * scale)),
            (int) Math.max(1, Math.round(cropped.dim(1) * scale)));
    return new Handwriting(picture, ink, cropped, fitted, centre(fitted));
  }

  /** Distance in colour from the paper, which is the middle colour of the picture's border. */
  private static Tensor ink(Tensor picture, String name) {
    int H = picture.dim(1);
    int W = picture.dim(2);
    double[] paper = {middle(picture, 0), middle(picture, 1), middle(picture, 2)};
    Tensor ink = Tensor.zeros(H, W);
    double most = 0;
    for (int h = 0; h < H; h++) {
      for (int w = 0; w < W; w++) {
        double distance = 0;
        for (int c = 0; c < 3; c++) {
          distance = Math.max(distance, Math.abs(picture.get(c, h, w) - paper[c]));
        }
        ink.set(distance, h, w);
        most = Math.max(most, distance);
      }
    }
    if (most < 0.1) {
      throw new IllegalArgumentException(
          "Handwriting: nothing is drawn on %s of %s x %s pixels; draw a digit unlike its paper"
              .formatted(name, H, W));
    }
    double darkest = most;
    // Faint paper grain and shadow are not ink; the darkest stroke is 1.
    return ink.map(v -> Math.max(0, v / darkest - PAPER) / (1 - PAPER));
  }

  /** The middle value of a channel along the picture's border. */
  private static double middle(Tensor x, int c) {
    int H = x.dim(1);
    int W = x.dim(2);
    double[] border = new double[2 * (H + W)];
    int n = 0;
    for (int w = 0; w < W; w++) {
      border[n++] = x.get(c, 0, w);
      border[n++] = x.get(c, H - 1, w);
    }
    for (int h = 0; h < H; h++) {
      border[n++] = x.get(c, h, 0);
      border[n++] = x.get(c, h, W - 1);
    }
    Arrays.sort(border);
    return border[n / 2];
  }

  private static Tensor crop(Tensor ink) {
    int top = ink.dim(0);
    int bottom = -1;
    int left = ink.dim(1);
    int right = -1;
    for (int h = 0; h < ink.dim(0); h++) {
      for (int w = 0; w < ink.dim(1); w++) {
        if (ink.get(h, w) > 0.25) {
          top = Math.min(top, h);
          bottom = Math.max(bottom, h);
          left = Math.min(left, w);
          right = Math.max(right, w);
        }
      }
    }
    Tensor cropped = Tensor.zeros(bottom - top + 1, right - left + 1);
    for (int h = top; h <= bottom; h++) {
      for (int w = left; w <= right; w++) {
        cropped.set(ink.get(h, w), h - top, w - left);
      }
    }
    return cropped;
  }

  /** Each new pixel is the mean of the area it covers, so thin strokes turn grey, not lost. */
  private static Tensor shrink(Tensor x, int H, int W) {
    Tensor out = Tensor.zeros(H, W);
    double stepH = (double) x.dim(0) / H;
    double stepW = (double) x.dim(1) / W;
    for (int h = 0; h < H; h++) {
      for (int w = 0; w < W; w++) {
        double sum = 0;
        for (int i = (int) (h * stepH); i < (h + 1) * stepH && i < x.dim(0); i++) {
          double rows = Math.min(i + 1, (h + 1) * stepH) - Math.max(i, h * stepH);
          for (int j = (int) (w * stepW); j < (w + 1) * stepW && j < x.dim(1); j++) {
            double cols = Math.min(j + 1, (w + 1) * stepW) - Math.max(j, w * stepW);
            sum += rows * cols * x.get(i, j);
          }
        }
        out.set(sum / (stepH * stepW), h, w);
      }
    }
    return out;
  }

  private static Tensor centre(Tensor x) {
    double sum = 0;
    double sumH = 0;
    double sumW = 0;
    for (int h = 0; h < x.dim(0); h++) {
      for (int w = 0; w < x.dim(1); w++) {
        sum += x.get(h, w);
        sumH += x.get(h, w) * (h + 0.5);
        sumW += x.get(h, w) * (w + 0.5);
      }
    }
    int top = within((int) Math.round(SIZE / 2.0 - sumH / sum), x.dim(0));
    int left = within((int) Math.round(SIZE / 2.0 - sumW / sum), x.dim(1));
    Tensor out = Tensor.zeros(1, 1, SIZE, SIZE);
    for (int h = 0; h < x.dim(0); h++) {
      for (int w = 0; w < x.dim(1); w++) {
        out.set(x.get(h, w), 0, 0, top + h, left + w);
      }
    }
    return out;
  }

  /** Keeps a lopsided digit on the sheet. */
  private static int within(int offset, int length) {
    return Math.max(0, Math.min(SIZE - length, offset));
  }

  /** Every step as a picture, from left to right. */
  public BufferedImage steps() {
    int zoom = Math.max(1, 200 / Math.max(picture.dim(1), picture.dim(2)));
    return Pictures.beside(
        List.of(
            "picture " + picture.shape(),
            "ink " + ink.shape(),
            "cropped " + cropped.shape(),
            "fitted " + fitted.shape(),
            "centred " + centred.shape()),
        Pictures.thumbnail(Pictures.colour(picture, zoom), 190),
        sheet(ink),
        sheet(cropped),
        sheet(fitted),
        sheet(centred.reshape(SIZE, SIZE)));
  }

  private static BufferedImage sheet(Tensor m) {
    int zoom = Math.max(1, 180 / Math.max(m.dim(0), m.dim(1)));
    Tensor plane = m.reshape(1, m.dim(0), m.dim(1));
    return Pictures.thumbnail(Pictures.grid(plane, List.of(), 1, Ink.PAPER, 0, 1, zoom), 190);
  }
}
