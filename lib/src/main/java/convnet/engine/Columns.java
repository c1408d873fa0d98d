package convnet.engine;

import convnet.array.Copies;
import convnet.array.Indirect;
import convnet.conv.Window;
import java.util.Arrays;

/**
 * The column matrix of one image {@code (H, W, C)}, as the chapter's im2col has it but for the
 * order along a row: {@code (OH*OW, FH*FW*C)}, a window in each. It is not made: two lists say
 * where in the image its numbers are.
 */
final class Columns {
  final Padded padded; // the images, in their border
  private final int[] corners; // [OH*OW]: where each window begins in the padded image
  private final int[] pixels; // [FH*FW*C]: where in a window each of its pixels is
  private final int[] rows; // [FH]: where each of its rows begins
  private final int run; // FW*C, neighbours in memory

  /** The column matrix of images of C channels. */
  Columns(Window window, int C) {
    padded = new Padded(1, window, C);
    run = window.FW() * C;
    rows = new int[window.FH()];
    Arrays.setAll(rows, fh -> fh * padded.W() * C);
    pixels = new int[window.FH() * run];
    Arrays.setAll(pixels, k -> rows[k / run] + k % run);
    int OW = window.OW();
    int s = window.stride();
    corners = new int[window.OH() * OW];
    Arrays.setAll(corners, p -> (p / OW * s * padded.W() + p % OW * s) * C);
  }

  /** The column matrix of an image that is {@link #padded}. */
  Indirect of(float[] image) {
    return new Indirect(image, corners, pixels);
  }

  /**
   * im2col's adjoint: adds windows {@code from <= p < to} back onto the padded image.
   *
   * @param col their rows of the column matrix; longer than these by {@link Copies#SLACK}
   * @param row how far a row lies from the next
   */
  void collect(float[] col, int row, int from, int to, float[] image) {
    int[] starts = Arrays.copyOfRange(corners, from, to);
    Copies.addRuns(col, row, image, starts, rows, run);
  }
}
