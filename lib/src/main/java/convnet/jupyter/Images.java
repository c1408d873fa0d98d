package convnet.jupyter;

import io.github.spencerpark.jupyter.kernel.display.RenderContext;
import io.github.spencerpark.jupyter.kernel.display.Renderer;
import io.github.spencerpark.jupyter.kernel.display.common.Image;
import java.awt.image.BufferedImage;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the library's pictures are shown: half as wide as drawn, for sharp screens, and with their
 * description. Other pictures are shown as they are.
 */
final class Images {
  /** The name of the sentence for those who cannot see it, which a picture of ours carries. */
  private static final String DESCRIPTION = "description";

  private Images() {}

  static void register(Renderer renderer) {
    renderer
        .createRegistration(BufferedImage.class)
        .preferring(Image.PNG)
        .supporting(Image.JPEG, Image.GIF)
        .register(Images::render);
  }

  private static void render(BufferedImage image, RenderContext context) {
    Image.renderImage(image, context);
    if (image.getProperty(DESCRIPTION) instanceof String description) {
      Map<String, Object> metadata = new TreeMap<>();
      metadata.put("width", image.getWidth() / 2);
      metadata.put("alt", description);
      context.getOutputContainer().putMetaData(Image.PNG, metadata);
      context.getOutputContainer().putText(description);
    }
  }
}
