package convnet.notebook;

import java.awt.Color;

/**
 * How a number becomes a colour. All three can be told apart in grey and by colour-blind readers:
 * from the least to the largest value they grow steadily brighter, or darker.
 */
public enum Ink {
  /** 0 is white paper, 1 is black ink: digits, number tables, feature maps. */
  PAPER {
    @Override
    Color of(double v) {
      int grey = (int) Math.round(255 * (1 - clamp(v)));
      return new Color(grey, grey, grey);
    }
  },
  /** 0 is black, 1 is white: a channel of a photograph. */
  LIGHT {
    @Override
    Color of(double v) {
      int grey = (int) Math.round(255 * clamp(v));
      return new Color(grey, grey, grey);
    }
  },
  /** -1 is dark blue, 0 grey, 1 bright yellow: weights, and whatever has a sign. */
  SIGNED {
    @Override
    Color of(double v) {
      double s = clamp(Math.abs(v));
      return v < 0 ? mix(s, 0, 34, 98) : mix(s, 254, 226, 60);
    }
  };

  private static final int MIDDLE = 128;

  /** The colour of a value, which is taken as the nearest in range. */
  abstract Color of(double v);

  private static double clamp(double v) {
    return Math.max(0, Math.min(1, v));
  }

  private static Color mix(double share, int r, int g, int b) {
    return new Color(mix(share, r), mix(share, g), mix(share, b));
  }

  private static int mix(double share, int c) {
    return (int) Math.round(MIDDLE + share * (c - MIDDLE));
  }

  /** Black or white, whichever can be read on a colour. */
  static Color on(Color background) {
    double brightness =
        0.299 * background.getRed() + 0.587 * background.getGreen() + 0.114 * background.getBlue();
    return brightness > 120 ? Color.BLACK : Color.WHITE;
  }
}
