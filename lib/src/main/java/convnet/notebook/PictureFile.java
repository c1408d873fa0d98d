package convnet.notebook;

import com.drew.imaging.ImageMetadataReader;
import com.drew.imaging.ImageProcessingException;
import com.drew.metadata.exif.ExifIFD0Directory;
import convnet.array.Heap;
import convnet.data.GivenFile;
import convnet.tensor.Tensor;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** A picture file as numbers: what stands in it, neither lightened nor cut off in silence. */
final class PictureFile {
  /** What Java only warns of when a JPEG is cut off or damaged; the rest of it would be grey. */
  private static final Pattern DAMAGED =
      Pattern.compile("Truncated|premature end|bad |instead of RST");

  private PictureFile() {}

  /**
   * Red, green, blue and alpha.
   *
   * @param most of a picture with a longer side only every second, third, ... pixel is read
   */
  static Tensor read(String name, int most) throws IOException {
    Path file = GivenFile.file("Pictures", name);
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
      if (!readers.hasNext()) {
        String expected = "a picture (PNG, JPEG, GIF, BMP or TIFF)";
        byte[] head = GivenFile.head(file);
        throw new IOException(GivenFile.otherKind("Pictures", file, expected, head));
      }
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
        return turned(read(file, reader, most), orientation(file));
      } finally {
        reader.dispose();
      }
    }
  }

  private static Tensor read(Path file, ImageReader reader, int most) throws IOException {
    long pixels = 0;
    StringBuilder damage = new StringBuilder();
    reader.addIIOReadWarningListener(
        (source, warning) -> damage.append(DAMAGED.matcher(warning).find() ? warning : ""));
    Exception cause = null;
    try {
      int step = 1 + (Math.max(reader.getWidth(0), reader.getHeight(0)) - 1) / most;
      pixels = (long) reader.getWidth(0) * reader.getHeight(0) / step / step;
      ImageReadParam some = reader.getDefaultReadParam();
      some.setSourceSubsampling(step, step, 0, 0);
      Tensor x = numbers(reader.read(0, some));
      if (damage.isEmpty()) {
        return x;
      }
    } catch (OutOfMemoryError e) {
      String what = "Pictures: make the picture smaller; reading " + file;
      throw new IOException(Heap.tooSmall(what, 20 * pixels), e);
    } catch (IOException | RuntimeException e) {
      cause = e;
    }
    throw new IOException(
        "Pictures: %s is cut off, damaged, or of a rare kind of %s; save it anew as PNG"
            .formatted(file, reader.getFormatName().toUpperCase(Locale.ROOT)),
        cause);
  }

  /** {@code (4, H, W)}. */
  private static Tensor numbers(BufferedImage image) {
    int H = image.getHeight();
    int W = image.getWidth();
    Tensor x = Tensor.zeros(4, H, W);
    ColorModel colours = image.getColorModel();
    int space = colours.getColorSpace().getType();
    boolean grey = space == ColorSpace.TYPE_GRAY;
    boolean inks = space == ColorSpace.TYPE_CMYK;
    boolean known = grey || inks || space == ColorSpace.TYPE_RGB;
    // Java's own way to colours, getRGB, takes grey for light and makes 188 of 128.
    if (!(colours instanceof ComponentColorModel) || !known) {
      for (int h = 0; h < H; h++) {
        for (int w = 0; w < W; w++) {
          int argb = image.getRGB(w, h);
          for (int c = 0; c < 4; c++) {
            x.array()[(c * H + h) * W + w] = (argb >>> 24 - 8 * ((c + 1) % 4) & 0xff) / 255f;
          }
        }
      }
      return x;
    }
    Raster raster = image.getRaster();
    if (raster.getTransferType() != DataBuffer.TYPE_BYTE
        && raster.getTransferType() != DataBuffer.TYPE_USHORT) {
      throw new IllegalArgumentException("numbers of more than 16 bits, or floats");
    }
    int last = raster.getNumBands() - 1;
    float most = (1L << colours.getComponentSize(0)) - 1;
    int[] row = new int[W];
    int[] black = new int[W];
    for (int c = 0; c < 4; c++) {
      boolean opaque = c == 3 && !colours.hasAlpha();
      for (int h = 0; h < H; h++) {
        raster.getSamples(0, h, W, 1, c == 3 ? last : grey ? 0 : c, row);
        raster.getSamples(0, h, W, 1, last, black);
        for (int w = 0; w < W; w++) {
          float v = inks ? (1 - row[w] / most) * (1 - black[w] / most) : row[w] / most;
          x.array()[(c * H + h) * W + w] = opaque ? 1 : v;
        }
      }
    }
    return x;
  }

  /** From 1, upright, to 8, as the EXIF standard counts how a camera was held. */
  private static int orientation(Path file) throws IOException {
    try {
      for (ExifIFD0Directory exif :
          ImageMetadataReader.readMetadata(file.toFile())
              .getDirectoriesOfType(ExifIFD0Directory.class)) {
        Integer orientation = exif.getInteger(ExifIFD0Directory.TAG_ORIENTATION);
        if (orientation != null) {
          return orientation;
        }
      }
    } catch (ImageProcessingException e) {
      // No data that could be read: upright.
    }
    return 1;
  }

  /** The picture upright: which pixel of x, {@code (4, H, W)}, comes to (h, w)? */
  private static Tensor turned(Tensor x, int orientation) {
    if (orientation < 2 || orientation > 8) {
      return x;
    }
    boolean across = orientation >= 5;
    boolean down = "3467".indexOf('0' + orientation) >= 0; // rows from the last one on
    boolean left = "2378".indexOf('0' + orientation) >= 0;
    int H = x.dim(1);
    int W = x.dim(2);
    Tensor y = across ? Tensor.zeros(4, W, H) : Tensor.zeros(4, H, W);
    for (int c = 0; c < 4; c++) {
      for (int h = 0; h < y.dim(1); h++) {
        for (int w = 0; w < y.dim(2); w++) {
          int i = across ? w : h;
          int j = across ? h : w;
          int from = (c * H + (down ? H - 1 - i : i)) * W + (left ? W - 1 - j : j);
          y.array()[(c * y.dim(1) + h) * y.dim(2) + w] = x.array()[from];
        }
      }
    }
    return y;
  }
}
