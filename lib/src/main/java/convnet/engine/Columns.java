package convnet.engine;

import convnet.array.Copies;
import convnet.conv.Window;
import java.util.Arrays;

/**
 * The column matrix of one image, {@code (C*FH*FW, OH*OW)}: row {@code (c, fh, fw)} holds that
 * pixel of every window, so that {@code W . columns} already is the image {@code (FN, OH, OW)}. It
 * is made in parts, of any run of its columns. Along a row the image is read as it lies in memory.
 */
final class Columns {
  private final Window window;
  private final Padded padded;
  private final int[] pixel; // [C*FH*FW]: where the first window has it in the padded image

  /** The column matrix of images of C channels. */
  Columns(Window window, int C) {
    this.window = window;
    padded = new Padded(C, window);
    pixel = new int[C * window.FH() * window.FW()];
    int k = 0;
    for (int c = 0; c < C; c++) {
      for (int fh = 0; fh < window.FH(); fh++) {
        for (int fw = 0; fw < window.FW(); fw++) {
          pixel[k++] = (c * padded.H() + fh) * padded.W() + fw;
        }
      }
    }
  }

  /** The number of rows, {@code C*FH*FW}. */
  int rows() {
    return pixel.length;
  }

  /** How much room the padded image needs. */
  int paddedSize() {
    return padded.size();
  }

  /** The image {@code (C, H, W)}, which lies in x from xi on, in its border of zeros. */
  void pad(float[] x, int xi, float[] image) {
    padded.put(x, xi, image);
  }

  /** Takes the image {@code (C, H, W)} out of its border, into x from xi on. */
  void unpad(float[] image, float[] x, int xi) {
    padded.take(image, x, xi);
  }

  /**
   * All windows in parts of so many.
   *
   * @return for each part what {@link #expand} wants
   */
  Runs[] parts(int size) {
    int P = window.OH() * window.OW();
    Runs[] parts = new Runs[(P + size - 1) / size];
    Arrays.setAll(parts, i -> part(i * size, Math.min(P, (i + 1) * size)));
    return parts;
  }

  /** The windows {@code from <= p < to}. */
  Runs part(int from, int to) {
    int s = window.stride();
    return Runs.of(from, to, window.OW(), s * padded.W(), s);
  }

  /**
   * Makes the columns of some windows.
   *
   * @param image from {@link #pad}
   * @param part the windows
   * @param col receives row k from {@code k * step} on; longer than the rows by {@link
   *     Copies#SLACK}, and what is in a row after the part's columns is overwritten
   */
  void expand(float[] image, Runs part, float[] col, int step) {
    Copies.runs(image, pixel, part.source(), part.length(), col, part.target(), step);
  }

  /**
   * The adjoint of {@link #expand} for the windows of output rows {@code from <= oh < to}: adds
   * their columns, {@code (C*FH*FW, (to - from) * OW)}, back onto the padded image.
   */
  void collect(float[] col, int from, int to, float[] image) {
    int OW = window.OW();
    int s = window.stride();
    int down = s * padded.W();
    for (int k = 0; k < pixel.length; k++) {
      int in = k * (to - from) * OW;
      int out = pixel[k] + from * down;
      if (s == 1) {
        Copies.add(col, in, OW, image, out, down, to - from, OW);
        continue;
      }
      for (int oh = 0; oh < to - from; oh++) {
        for (int ow = 0; ow < OW; ow++) {
          image[out + oh * down + ow * s] += col[in + oh * OW + ow];
        }
      }
    }
  }
}
