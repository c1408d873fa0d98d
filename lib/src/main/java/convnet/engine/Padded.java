package convnet.engine;

import convnet.array.Copies;
import convnet.conv.Window;
import java.util.Arrays;

/**
 * An image with its border of zeros, {@code (planes, H + 2 pad, W + 2 pad, depth)}, so that no
 * window has to look where the image ends.
 *
 * @param planes the number of channels where they lie one after the other; else 1
 * @param window over each channel, its image without the border
 * @param depth the number of channels where each pixel has its own side by side; else 1
 */
record Padded(int planes, Window window, int depth) {
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
    return planes * plane() + Copies.SLACK;
  }

  private int plane() {
    return H() * W() * depth;
  }

  /** Where pixel (0, 0) of the image lies in a plane. */
  private int corner() {
    return window.pad() * (W() + 1) * depth;
  }

  /** Puts the image that lies in x from xi on into the middle of zeros. */
  void put(float[] x, int xi, float[] padded) {
    int row = window.W() * depth;
    if (window.pad() > 0) {
      Arrays.fill(padded, 0, planes * plane(), 0f);
    }
    for (int c = 0; c < planes; c++) {
      int from = xi + c * window.H() * row;
      int to = c * plane() + corner();
      Copies.rectangle(x, from, row, padded, to, W() * depth, window.H(), row);
    }
  }

  /** Takes the image out of its border. */
  void take(float[] padded, float[] x, int xi) {
    int row = window.W() * depth;
    for (int c = 0; c < planes; c++) {
      int from = c * plane() + corner();
      int to = xi + c * window.H() * row;
      Copies.rectangle(padded, from, W() * depth, x, to, row, window.H(), row);
    }
  }
}
