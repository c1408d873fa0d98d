package convnet.notebook;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.awt.Color;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Tensors as pictures: digits, filters, feature maps, channels. Pixels stay sharp squares, every
 * picture is twice as fine as its layout, and nothing needs colour to be understood.
 */
public final class Pictures {
  private static final int GAP = 8;
  private static final int CAPTION = 16;
  private static final int WIDTH = 1000; // layout pixels, what a notebook shows without scrolling

  private Pictures() {}

  /**
   * Planes in a grid, each with a caption.
   *
   * @param planes {@code (N, H, W)}
   * @param captions one for each plane, or none at all
   * @param columns how many in a row
   * @param low the value of the ink's least colour; for {@link Ink#SIGNED} take {@code -high}
   * @param high the value of the ink's largest colour
   * @param zoom layout pixels for each pixel
   * @throws IllegalArgumentException if the shape or the number of captions does not fit, or a
   *     value is NaN or infinite
   */
  public static BufferedImage grid(
      Tensor planes,
      List<String> captions,
      int columns,
      Ink ink,
      double low,
      double high,
      int zoom) {
    if (planes.rank() != 3) {
      throw new IllegalArgumentException(
          "Pictures: expected planes (N, H, W), got " + planes.shape());
    }
    planes.requireFinite("Pictures: planes");
    int N = planes.dim(0);
    if (!captions.isEmpty() && captions.size() != N) {
      throw new IllegalArgumentException(
          "Pictures: %s captions for the %s planes of %s"
              .formatted(captions.size(), N, planes.shape()));
    }
    int H = planes.dim(1);
    int W = planes.dim(2);
    int across = Math.max(1, Math.min(columns, N));
    int cellW = Math.max(W * zoom, captions.isEmpty() ? 0 : widest(captions)) + GAP;
    int cellH = H * zoom + GAP + (captions.isEmpty() ? 0 : CAPTION);
    Canvas canvas = new Canvas(across * cellW + GAP, (N + across - 1) / across * cellH + GAP);
    canvas.font(12, false);
    for (int n = 0; n < N; n++) {
      int left = GAP + n % across * cellW + (cellW - GAP - W * zoom) / 2;
      int top = GAP + n / across * cellH;
      for (int h = 0; h < H; h++) {
        for (int w = 0; w < W; w++) {
          canvas.g.setColor(ink.of(scaled(planes.get(n, h, w), low, high, ink)));
          canvas.g.fillRect(left + w * zoom, top + h * zoom, zoom, zoom);
        }
      }
      canvas.g.setColor(Canvas.FAINT);
      canvas.g.drawRect(left, top, W * zoom, H * zoom);
      if (!captions.isEmpty()) {
        canvas.g.setColor(Color.BLACK);
        canvas.centre(captions.get(n), left + W * zoom / 2.0, top + H * zoom + CAPTION / 2.0);
      }
    }
    return canvas.done(
        (N == 1 ? "picture" : N + " pictures")
            + " of %s x %s pixels".formatted(H, W)
            + (captions.isEmpty() ? "" : ": " + Described.list(captions)));
  }

  static double scaled(double v, double low, double high, Ink ink) {
    if (high <= low) {
      return 0;
    }
    double share = (v - low) / (high - low);
    return ink == Ink.SIGNED ? 2 * share - 1 : share;
  }

  private static int widest(List<String> captions) {
    Canvas canvas = new Canvas(1, 1);
    canvas.font(12, false);
    int widest = 0;
    for (String caption : captions) {
      widest = Math.max(widest, canvas.width(caption));
    }
    return widest;
  }

  /**
   * Digits as ink on paper, with captions (their answers, say) or none.
   *
   * @param x {@code (N, 1, H, W)}, values from 0 to 1
   */
  public static BufferedImage digits(Tensor x, List<String> captions) {
    return grid(planes(x), captions, 10, Ink.PAPER, 0, 1, 3);
  }

  /**
   * Filters side by side on one scale: dark blue takes away, grey does nothing, bright yellow adds.
   *
   * @param W {@code (FN, C, FH, FW)}; with several channels one row a filter
   */
  public static BufferedImage filters(Tensor W) {
    double largest = largest(W);
    int C = W.dim(1);
    List<String> captions = new ArrayList<>();
    for (int f = 0; f < W.dim(0); f++) {
      for (int c = 0; c < C; c++) {
        captions.add(C == 1 ? "" + f : f + ", c " + c);
      }
    }
    int zoom = Math.max(2, 50 / W.dim(3));
    return grid(planes(W), captions, C == 1 ? 15 : C, Ink.SIGNED, -largest, largest, zoom);
  }

  /**
   * What each filter makes of one image, all on one scale. Values of both signs are shown as in
   * {@link #filters}, values without a negative among them as ink.
   *
   * @param out {@code (N, FN, OH, OW)}
   * @param n which image of the batch
   */
  public static BufferedImage featureMaps(Tensor out, int n) {
    Tensor maps = planes(out.rows(n, n + 1));
    List<String> captions = new ArrayList<>();
    for (int f = 0; f < maps.dim(0); f++) {
      captions.add("" + f);
    }
    boolean signed = false;
    for (float v : maps.array()) {
      signed |= v < 0;
    }
    double high = largest(maps);
    int zoom = Math.max(1, 56 / maps.dim(2));
    return grid(
        maps, captions, 15, signed ? Ink.SIGNED : Ink.PAPER, signed ? -high : 0, high, zoom);
  }

  /**
   * One channel beside the other, as shades of grey: 0 black, 1 white.
   *
   * @param image {@code (C, H, W)}
   * @param names of the channels
   */
  public static BufferedImage channels(Tensor image, String... names) {
    int C = image.dim(0);
    int zoom = Math.max(1, (WIDTH / C - GAP) / image.dim(2));
    return grid(image, List.of(names), C, Ink.LIGHT, 0, 1, zoom);
  }

  /**
   * A colour picture.
   *
   * @param image red, green and blue, {@code (3, H, W)}, values from 0 to 1
   * @param zoom layout pixels for each pixel
   */
  public static BufferedImage colour(Tensor image, int zoom) {
    if (image.rank() != 3 || image.dim(0) != 3) {
      throw new IllegalArgumentException("Pictures: expected (3, H, W), got " + image.shape());
    }
    int H = image.dim(1);
    int W = image.dim(2);
    Canvas canvas = new Canvas(W * zoom, H * zoom);
    for (int h = 0; h < H; h++) {
      for (int w = 0; w < W; w++) {
        canvas.g.setColor(
            new Color(
                unit(image.get(0, h, w)), unit(image.get(1, h, w)), unit(image.get(2, h, w))));
        canvas.g.fillRect(w * zoom, h * zoom, zoom, zoom);
      }
    }
    return canvas.done("colour picture of %s x %s pixels".formatted(H, W));
  }

  private static float unit(float v) {
    return Math.max(0, Math.min(1, v));
  }

  /**
   * Reads a picture file: PNG, JPEG, GIF, BMP or TIFF. The values are the file's own numbers,
   * divided by the largest that there can be; a photograph is turned as its EXIF data say.
   *
   * @return red, green, blue and alpha, {@code (4, H, W)}, values from 0 to 1
   * @throws IOException if the file is missing, no picture, cut off or damaged, or larger than
   *     Java's heap
   */
  public static Tensor load(String file) throws IOException {
    return PictureFile.read(file, Integer.MAX_VALUE);
  }

  /** A picture made smaller, if it is larger, until its longer side has so many layout pixels. */
  public static BufferedImage thumbnail(BufferedImage picture, int side) {
    double longer = Math.max(picture.getWidth(), picture.getHeight()) / (double) Canvas.FINE;
    if (longer <= side) {
      return picture;
    }
    int w = (int) Math.max(1, picture.getWidth() / (double) Canvas.FINE * side / longer);
    int h = (int) Math.max(1, picture.getHeight() / (double) Canvas.FINE * side / longer);
    Canvas canvas = new Canvas(w, h);
    canvas.g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
    Image smooth =
        picture.getScaledInstance(w * Canvas.FINE, h * Canvas.FINE, Image.SCALE_AREA_AVERAGING);
    canvas.g.drawImage(smooth, 0, 0, w, h, null);
    return canvas.done(Described.of(picture));
  }

  /** Pictures next to each other, tops aligned, with a title over each; "" for none. */
  public static BufferedImage beside(List<String> titles, BufferedImage... pictures) {
    if (titles.size() != pictures.length) {
      throw new IllegalArgumentException(
          "Pictures: %s titles for %s pictures".formatted(titles.size(), pictures.length));
    }
    int width = 0;
    int height = 0;
    Canvas measure = new Canvas(1, 1);
    measure.font(14, true);
    int[] widths = new int[pictures.length];
    for (int i = 0; i < pictures.length; i++) {
      widths[i] =
          Math.max(pictures[i].getWidth() / Canvas.FINE, measure.width(titles.get(i))) + 2 * GAP;
      width += widths[i];
      height = Math.max(height, pictures[i].getHeight() / Canvas.FINE);
    }
    int title = 26;
    Canvas canvas = new Canvas(width, height + title);
    canvas.font(14, true);
    StringJoiner text = new StringJoiner("; ");
    int left = 0;
    for (int i = 0; i < pictures.length; i++) {
      int w = pictures[i].getWidth() / Canvas.FINE;
      int h = pictures[i].getHeight() / Canvas.FINE;
      canvas.centre(titles.get(i), left + widths[i] / 2.0, title / 2.0);
      canvas.g.drawImage(pictures[i], left + (widths[i] - w) / 2, title, w, h, null);
      left += widths[i];
      text.add((titles.get(i) + ": " + Described.of(pictures[i])).replaceAll("^: |: $", ""));
    }
    return canvas.done(text.toString());
  }

  /** Pictures below each other, left sides aligned. */
  public static BufferedImage below(BufferedImage... pictures) {
    int width = 0;
    int height = 0;
    for (BufferedImage picture : pictures) {
      width = Math.max(width, picture.getWidth() / Canvas.FINE);
      height += picture.getHeight() / Canvas.FINE;
    }
    Canvas canvas = new Canvas(width, height);
    int top = 0;
    for (BufferedImage picture : pictures) {
      int h = picture.getHeight() / Canvas.FINE;
      canvas.g.drawImage(picture, 0, top, picture.getWidth() / Canvas.FINE, h, null);
      top += h;
    }
    return canvas.done(
        Stream.of(pictures).map(Described::of).collect(Collectors.joining("; below it: ")));
  }

  /** The largest absolute value. */
  private static double largest(Tensor t) {
    double largest = 0;
    for (float v : t.array()) {
      largest = Math.max(largest, Math.abs(v));
    }
    return largest;
  }

  /** {@code (N, C, H, W) -> (N*C, H, W)}. */
  private static Tensor planes(Tensor x) {
    Shape s = x.shape();
    if (s.rank() != 4) {
      throw new IllegalArgumentException("Pictures: expected (N, C, H, W), got " + s);
    }
    return x.reshape(s.dim(0) * s.dim(1), s.dim(2), s.dim(3));
  }
}
