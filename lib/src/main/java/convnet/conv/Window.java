package convnet.conv;

/**
 * The geometry of a window that slides over an {@code H x W} image, the same for convolution and
 * pooling (book, section 7.2.4):
 *
 * <pre>OH = (H + 2 pad - FH) / stride + 1        OW = (W + 2 pad - FW) / stride + 1</pre>
 *
 * @param H the image's height in pixels
 * @param W the image's width in pixels
 * @param FH the window's height
 * @param FW the window's width
 * @param stride how far the window moves at a time
 * @param pad the number of pixels added on each side
 */
public record Window(int H, int W, int FH, int FW, int stride, int pad) {
  /**
   * Checks that the window fits.
   *
   * @throws IllegalArgumentException if a size or the stride is below 1, the pad is negative, the
   *     window is larger than the padded image or would lie wholly in the padding, or the last step
   *     does not end at the image's edge
   */
  public Window {
    if (H < 1 || W < 1 || FH < 1 || FW < 1 || stride < 1 || pad < 0) {
      throw new IllegalArgumentException(
          ("Window: expected sizes and stride of 1 or more and pad of 0 or more, got image %s x %s,"
                  + " window %s x %s, stride %s, pad %s")
              .formatted(H, W, FH, FW, stride, pad));
    }
    if (FH > H + 2 * pad || FW > W + 2 * pad) {
      throw new IllegalArgumentException(
          "Window: %s x %s does not fit into the image of %s x %s with pad %s"
              .formatted(FH, FW, H, W, pad));
    }
    if (pad >= FH || pad >= FW) {
      throw new IllegalArgumentException(
          "Window: %s x %s with pad %s would lie wholly in the padding; pad must be below %s"
              .formatted(FH, FW, pad, Math.min(FH, FW)));
    }
    check("OH", "H", "FH", H, FH, stride, pad);
    check("OW", "W", "FW", W, FW, stride, pad);
  }

  private static void check(String out, String in, String f, int h, int fh, int stride, int pad) {
    if ((h + 2 * pad - fh) % stride != 0) {
      throw new IllegalArgumentException(
          "Window: %s = (%s + 2 pad - %s) / stride + 1 = (%s + 2*%s - %s) / %s + 1 is not a whole number"
              .formatted(out, in, f, h, pad, fh, stride));
    }
  }

  /** The number of steps down: the output's height. */
  public int OH() {
    return (H + 2 * pad - FH) / stride + 1;
  }

  /** The number of steps across: the output's width. */
  public int OW() {
    return (W + 2 * pad - FW) / stride + 1;
  }
}
