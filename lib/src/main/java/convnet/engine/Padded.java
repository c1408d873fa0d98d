package convnet.engine;

import convnet.array.Copies;
import convnet.conv.Window;
import java.util.Arrays;

/**
 * An image with its border of zeros, {@code (C, H + 2 pad, W + 2 pad)}, so that no window has to
 * look where the image ends.
 *
 * @param C the number of channels
 * @param window over each channel, its image without the border
 */
record Padded(int C, Window window) {
  /** The height with its border. */
  int H() {
    return window.H() + 2 * window.pad();
  }

  /** The width with its border. */
  int W() {
    return window.W() + 2 * window.pad();
  }

  /** How much room it needs, with what {@link Copies#runs} may read after its end. */
  int size() {
    return C * H() * W() + Copies.SLACK;
  }

  /** Where pixel (0, 0) of the image lies in a channel. */
  private int corner() {
    return window.pad() * (W() + 1);
  }

  /** Puts the image {@code (C, H, W)} that lies in x from xi on into the middle of zeros. */
  void put(float[] x, int xi, float[] padded) {
    int size = window.H() * window.W();
    if (window.pad() > 0) {
      Arrays.fill(padded, 0, C * H() * W(), 0f);
    }
    for (int c = 0; c < C; c++) {
      int to = c * H() * W() + corner();
      Copies.rectangle(x, xi + c * size, window.W(), padded, to, W(), window.H(), window.W());
    }
  }

  /** Takes the image out of its border. */
  void take(float[] padded, float[] x, int xi) {
    int size = window.H() * window.W();
    for (int c = 0; c < C; c++) {
      int from = c * H() * W() + corner();
      Copies.rectangle(padded, from, W(), x, xi + c * size, window.W(), window.H(), window.W());
    }
  }
}
