package convnet.engine;

import convnet.array.Copies;
import convnet.conv.Window;
import java.util.Arrays;

/**
 * What a 2 x 2 max pooling after a convolution of stride 1 looks at: patches of {@code (C, FH + 1,
 * FW + 1)} pixels, two pixels apart. The filter's window has four places in a patch; in the upper
 * left one its pixel k is the patch's number {@code pixels[k]}, elsewhere so many further.
 */
final class Patches {
  private final int C;
  final int row; // FW + 1, a patch's: the shift of a window that lies one pixel lower
  final Padded padded; // the images (C, H, W), in their border
  final int[] pixels; // [C*FH*FW]: which numbers of a patch those of its upper left window are

  // A patch as a row: runs of FW + 1 pixels of the padded image.
  private final int[] corner; // [P]: where each patch begins
  private final int[] rowPixel; // [C*(FH+1)]: where each of its rows begins, from there

  // A number of every patch as a line, patch after patch: runs of pixels two apart, neighbours in a
  // split image. Number (c, fh + 2, fw) of a patch is number (c, fh, fw) of the patch below it: so
  // lines for fh = 0 and 1, a little longer, hold all.
  private final int across; // the length of a run: how many patches there are from left to right
  private final int line; // the length of a line
  private final int half; // pixels of a row that lie in even columns
  private final int[] first; // [C*2*(FW+1)]: where each line's first pixel is
  private final int[] linePixel; // where each of its runs begins, from there
  private final int[] places; // [size]: where a number has its line

  /**
   * The patches of images of C channels.
   *
   * @param window the convolution's, at stride 1, its output even in both directions
   */
  Patches(Window window, int C) {
    int FH = window.FH();
    int FW = window.FW();
    this.C = C;
    row = FW + 1;
    padded = new Padded(C, window, 1);
    int H = padded.H();
    int W = padded.W();
    pixels = new int[C * FH * FW];
    Arrays.setAll(pixels, k -> (k / FW + k / FW / FH) * row + k % FW); // after FH rows, one more
    across = window.OW() / 2;
    corner = new int[window.OH() / 2 * across];
    Arrays.setAll(corner, p -> 2 * (p / across) * W + 2 * (p % across));
    rowPixel = new int[C * (FH + 1)];
    Arrays.setAll(rowPixel, r -> (r / (FH + 1) * H + r % (FH + 1)) * W);
    half = (W + 1) / 2;
    first = new int[C * 2 * row];
    Arrays.setAll(
        first, r -> (r / row / 2 * H + r / row % 2) * 2 * half + r % row % 2 * half + r % row / 2);
    linePixel = new int[window.OH() / 2 + FH / 2];
    Arrays.setAll(linePixel, h -> h * 4 * half);
    line = linePixel.length * across;
    places = new int[rowPixel.length * row];
    Arrays.setAll(
        places,
        j -> {
          int c = j / row / (FH + 1);
          int fh = j / row % (FH + 1);
          return ((2 * c + fh % 2) * row + j % row) * line + fh / 2 * across;
        });
  }

  /** How many patches an image has: the pooled outputs of a filter. */
  int count() {
    return corner.length;
  }

  /** How many numbers a patch has. */
  int size() {
    return places.length;
  }

  /** Where the window's numbers have their lines, so many numbers of the patch further. */
  int[] lines(int shift) {
    return Arrays.stream(pixels).map(j -> places[j + shift]).toArray();
  }

  /** How far the next number's line lies in the same row of a patch. */
  int line() {
    return line;
  }

  /** How much room the split image needs: the last line may look at a row more than there is. */
  int splitSize() {
    return (C * padded.H() + 1) * 2 * half + Copies.SLACK;
  }

  /** How much room {@link #columns} needs: a vector may read on after its line. */
  int columnsSize() {
    return first.length * line + Copies.SLACK;
  }

  /**
   * All patches as columns: their numbers in {@link #lines}.
   *
   * @param image one that is {@link #padded}
   * @param split scratch: the image, of each row first the pixels in even columns
   */
  void columns(float[] image, float[] split, float[] columns) {
    for (int r = 0; r < C * padded.H(); r++) {
      for (int w = 0; w < half; w++) {
        split[2 * r * half + w] = image[r * padded.W() + 2 * w];
        split[(2 * r + 1) * half + w] = image[r * padded.W() + 2 * w + 1];
      }
    }
    Copies.runs(split, first, linePixel, across, columns, line);
  }

  /**
   * All patches as rows, {@code (P, size)}.
   *
   * @param image one that is {@link #padded}
   * @param rows longer than that by {@link Copies#SLACK}
   */
  void rows(float[] image, float[] rows) {
    Copies.runs(image, corner, rowPixel, row, rows, size());
  }
}
