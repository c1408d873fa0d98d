package convnet.page;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/**
 * A piece of HTML that answers in the browser: in a notebook, in what nbconvert makes of it, in a
 * file. It needs no network, no kernel and nothing beside it. Where scripts do not run, a still
 * picture stands in its place with a sentence.
 *
 * @param html a {@code div} with everything in it
 * @param words what it is, for whoever sees text only
 */
public record Page(String html, String words) {
  /**
   * A page run by scripts of this package's resources.
   *
   * @param still an {@code img} for where scripts do not run
   * @param main the script's function to start it: it gets the element, the data and the style
   * @param scripts the files' names, in order
   * @param data as JSON
   */
  static Page of(String words, String still, String main, List<String> scripts, Json data) {
    String code = scripts.stream().map(Page::resource).collect(Collectors.joining("\n"));
    String start =
        "%s(document.currentScript.parentElement, %s, %s);"
            .formatted(main, data, Json.quoted(resource("page.css")));
    String html =
        Stream.of(
                "<div class=\"convnet-page\">",
                still,
                "<p>This is a still picture: scripts do not run here. In JupyterLab run this cell,"
                    + " and it answers.</p>",
                "<script>(() => {",
                code,
                start,
                "})();</script></div>")
            .collect(Collectors.joining("\n"));
    return new Page(html, words);
  }

  /** A picture of this library's, twice as fine as its layout, within the HTML. */
  static String image(String words, BufferedImage picture) {
    return "<img width=\"%d\" alt=\"%s\" src=\"data:image/png;base64,%s\">"
        .formatted(picture.getWidth() / 2, Json.escaped(words), png(picture));
  }

  private static String png(BufferedImage picture) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      ImageIO.write(picture, "png", bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not into memory
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }

  private static String resource(String name) {
    try (InputStream in = Page.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it is, not the HTML. */
  @Override
  public String toString() {
    return words;
  }
}
