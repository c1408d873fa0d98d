package convnet.jupyter;

import io.github.spencerpark.jupyter.kernel.BaseKernel;
import io.github.spencerpark.jupyter.kernel.display.DisplayData;
import io.github.spencerpark.jupyter.kernel.display.RenderContext;
import io.github.spencerpark.jupyter.kernel.display.common.Image;
import io.github.spencerpark.jupyter.kernel.display.mime.MIMEType;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How the library's pictures are shown: half as wide as drawn, for sharp screens, and with their
 * description: as the alternative text and, since few pages show one, in a line below the cell's
 * output that unfolds. Other pictures are shown as they are.
 */
final class Images {
  private final BaseKernel kernel;
  private final Map<String, String> words = new LinkedHashMap<>(); // by the display's name
  private DisplayData last = new DisplayData(); // it gets its name after it is drawn

  Images(BaseKernel kernel) {
    this.kernel = kernel;
    kernel
        .getRenderer()
        .createRegistration(BufferedImage.class)
        .preferring(Image.PNG)
        .supporting(Image.JPEG, Image.GIF)
        .register(this::render);
  }

  private void render(BufferedImage image, RenderContext context) {
    Image.renderImage(image, context);
    if (image.getProperty("description") instanceof String text) {
      note();
      last = context.getOutputContainer();
      last.putMetaData(
          Image.PNG, new TreeMap<>(Map.of("width", image.getWidth() / 2, "alt", text)));
      last.putText(text);
    }
  }

  private void note() {
    if (last.getData(MIMEType.TEXT_PLAIN) instanceof String text) {
      words.put(last.getDisplayId(), Javadoc.escaped(text));
    }
    last = new DisplayData();
  }

  /** Shows the line below a cell's output, if it has pictures; of one that changed, the last. */
  void describe() {
    note();
    if (!words.isEmpty()) {
      DisplayData line = new DisplayData();
      String text = String.join("<br>", words.values());
      line.putHTML("<details><summary>in words</summary>" + text + "</details>");
      kernel.display(line);
      words.clear();
    }
  }
}
