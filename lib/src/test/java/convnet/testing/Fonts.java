package convnet.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.Font;
import java.awt.image.BufferedImage;

/**
 * Java draws no text where the machine has no font. The kernel brings its own; the tests do not.
 */
public final class Fonts {
  private Fonts() {}

  /** Skips a test that draws text, with a sentence, where that is impossible. */
  public static void needed() {
    assumeTrue(found(), "no font on this machine: install fontconfig and fonts-dejavu-core");
  }

  private static boolean found() {
    try {
      BufferedImage sheet = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
      return sheet
              .createGraphics()
              .getFontMetrics(new Font(Font.SANS_SERIF, Font.PLAIN, 12))
              .stringWidth("x")
          > 0;
    } catch (RuntimeException | Error e) {
      return false; // what it throws differs between releases of Java
    }
  }
}
