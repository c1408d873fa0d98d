package convnet.engine;

import convnet.array.Copies;
import convnet.conv.Window;
import java.util.Arrays;

/**
 * What a 2 x 2 max pooling after a convolution of stride 1 looks at: patches of {@code (C, FH + 1,
 * FW + 1)} pixels, two pixels apart. The filter's window has four places in a patch; in the upper
 * left one its pixel k is the patch's number {@code pixels()[k]}, elsewhere so many further.
 */
final class Patches {
  private final Window window;
  private final int C;
  private final Padded padded;
  private final int H; // of the padded image
  private final int W;
  private final int half; // pixels of a row that lie in even columns: neighbours in a split image
  private final int[] pixels; // [C*FH*FW]: of the window in a patch

  // A patch as a row: runs of FW + 1 pixels of the padded image.
  private final int[] corner; // [P]: where each patch begins
  private final int[] rowPixel; // [C*(FH+1)]: where each of its rows begins, from there
  private final int[] rowNumber; // and where in the patch
  private final int[] rowLength;

  // A number of every patch as a row: runs of neighbours in the split image.
  private final int[] splitPixel; // [size]: where in the split image a number of the first patch is
  private Runs[] panels;

  /**
   * The patches of images of C channels.
   *
   * @param window the convolution's, at stride 1, its output even in both directions
   */
  Patches(Window window, int C) {
    this.window = window;
    this.C = C;
    int FH = window.FH();
    int FW = window.FW();
    padded = new Padded(C, window, 1);
    H = padded.H();
    W = padded.W();
    half = (W + 1) / 2;
    pixels = new int[C * FH * FW];
    splitPixel = new int[C * (FH + 1) * (FW + 1)];
    rowPixel = new int[C * (FH + 1)];
    rowNumber = new int[rowPixel.length];
    rowLength = new int[rowPixel.length];
    Arrays.fill(rowLength, FW + 1);
    for (int c = 0; c < C; c++) {
      for (int fh = 0; fh <= FH; fh++) {
        int row = c * (FH + 1) + fh;
        rowPixel[row] = (c * H + fh) * W;
        rowNumber[row] = row * (FW + 1);
        for (int fw = 0; fw <= FW; fw++) {
          splitPixel[row * (FW + 1) + fw] = ((c * H + fh) * 2 + fw % 2) * half + fw / 2;
          if (fh < FH && fw < FW) {
            pixels[(c * FH + fh) * FW + fw] = row * (FW + 1) + fw;
          }
        }
      }
    }
    int across = window.OW() / 2;
    corner = new int[window.OH() / 2 * across];
    Arrays.setAll(corner, p -> 2 * (p / across) * W + 2 * (p % across));
  }

  /** Says how many patches {@link #columns} shall make at a time. */
  void inPanels(int panel) {
    int P = corner.length;
    int across = window.OW() / 2;
    panels = new Runs[(P + panel - 1) / panel];
    for (int i = 0; i < panels.length; i++) {
      // The last panel does some patches once more, if there are so many.
      int from = Math.max(0, Math.min(i * panel, P - panel));
      panels[i] = Runs.of(from, Math.min(from + panel, P), across, 4 * half);
    }
  }

  /** How many patches an image has: the pooled outputs of a filter. */
  int count() {
    return corner.length;
  }

  /** How many numbers a patch has. */
  int size() {
    return splitPixel.length;
  }

  /** The length of a patch's row: the shift of a window that lies one pixel lower. */
  int row() {
    return window.FW() + 1;
  }

  /** Which numbers of the patch are those of the window in its upper left, {@code (C*FH*FW)}. */
  int[] pixels() {
    return pixels.clone();
  }

  /** How much room {@link #pad} needs. */
  int paddedSize() {
    return padded.size();
  }

  /** How much room {@link #split} needs. */
  int splitSize() {
    return C * H * 2 * half + Copies.SLACK;
  }

  /**
   * An image {@code (C, H, W)}, from xi on, into the middle of {@code (C, H + 2 pad, W + 2 pad)}.
   */
  void pad(float[] x, int xi, float[] image) {
    padded.put(x, xi, image);
  }

  /** The same, but of each row first the pixels in even columns, then those in odd ones. */
  void split(float[] x, int xi, float[] split) {
    int pad = window.pad();
    if (pad > 0 || W % 2 == 1) {
      Arrays.fill(split, 0, C * H * 2 * half, 0f);
    }
    for (int c = 0; c < C; c++) {
      for (int h = 0; h < window.H(); h++) {
        int from = xi + (c * window.H() + h) * window.W();
        int row = (c * H + h + pad) * 2 * half;
        int same = row + pad % 2 * half + pad / 2; // where the row's even pixels go
        int other = row + (pad + 1) % 2 * half + (pad + 1) / 2;
        for (int w = 0; w < window.W() / 2; w++) {
          split[same + w] = x[from + 2 * w];
          split[other + w] = x[from + 2 * w + 1];
        }
        if (window.W() % 2 == 1) {
          split[same + window.W() / 2] = x[from + window.W() - 1];
        }
      }
    }
  }

  /** How many panels an image has. */
  int panels() {
    return panels.length;
  }

  /** The first patch of a panel. */
  int from(int panel) {
    return panels[panel].from();
  }

  /**
   * The patches of a panel as columns, {@code (size, width)}; what the panel has over the image's
   * patches is left as it was.
   *
   * @param split the image from {@link #split}
   * @param columns longer than that by {@link Copies#SLACK}
   */
  void columns(float[] split, int panel, int width, float[] columns) {
    Runs runs = panels[panel];
    Copies.runs(split, splitPixel, runs.source(), runs.length(), columns, runs.target(), width);
  }

  /**
   * All patches as rows, {@code (P, size)}.
   *
   * @param image from {@link #pad}
   * @param rows longer than that by {@link Copies#SLACK}
   */
  void rows(float[] image, float[] rows) {
    Copies.runs(image, corner, rowPixel, rowLength, rows, rowNumber, size());
  }
}
