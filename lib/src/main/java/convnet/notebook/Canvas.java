package convnet.notebook;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** A white sheet measured in layout pixels and drawn twice as fine, for sharp screens. */
final class Canvas {
  static final int FINE = 2;
  static final Color FAINT = new Color(0xBBBBBB);

  final BufferedImage image;
  private static final int MOST = 10_000_000; // layout pixels: 160 MB

  final Graphics2D g;

  Canvas(int width, int height) {
    if ((double) width * height > MOST) {
      throw new IllegalArgumentException(
          "Pictures: %s x %s pixels are too many to draw; take fewer pictures or a smaller zoom"
              .formatted(height, width));
    }
    image =
        new BufferedImage(
            FINE * Math.max(1, width), FINE * Math.max(1, height), BufferedImage.TYPE_INT_RGB);
    g = image.createGraphics();
    g.scale(FINE, FINE);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    g.setColor(Color.BLACK);
  }

  void font(int size, boolean bold) {
    g.setFont(new Font(Font.SANS_SERIF, bold ? Font.BOLD : Font.PLAIN, size));
  }

  /** The plain font of a size, or the largest smaller one in which a text is no wider. */
  void fit(String text, int size, int width) {
    font(size, false);
    while (size > 7 && width(text) > width) {
      font(--size, false);
    }
  }

  int width(String text) {
    return g.getFontMetrics().stringWidth(text);
  }

  /** Text with its middle at (x, y). */
  void centre(String text, double x, double y) {
    float baseline = (float) (y + 0.36 * g.getFont().getSize());
    g.drawString(text, (float) (x - width(text) / 2.0), baseline);
  }

  /** Text whose left end is at x, its middle at y. */
  void left(String text, double x, double y) {
    g.drawString(text, (float) x, (float) (y + 0.36 * g.getFont().getSize()));
  }

  /** The finished picture, with a sentence for those who cannot see it. */
  BufferedImage done(String description) {
    g.dispose();
    return Described.as(description, image);
  }
}
