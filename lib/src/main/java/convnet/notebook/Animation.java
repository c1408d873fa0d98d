package convnet.notebook;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/**
 * Pictures one after the other that play without a kernel: an animated PNG (PNG specification,
 * third edition, section 11.3.4). To whoever cannot animate it, it is a PNG of the first frame, so
 * it travels wherever a notebook's pictures do.
 */
public final class Animation {
  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

  private Animation() {}

  /**
   * An animation for {@code display(html, "text/html")}; it runs for ever.
   *
   * @param frames of one size, twice as fine as their layout
   * @param seconds each is shown
   */
  public static String html(List<BufferedImage> frames, double seconds) {
    return String.format(
        Locale.ROOT,
        "<img width=\"%d\" alt=\"animation of %d pictures\" src=\"data:image/png;base64,%s\">",
        frames.get(0).getWidth() / Canvas.FINE,
        frames.size(),
        Base64.getEncoder().encodeToString(png(frames, seconds)));
  }

  /**
   * The bytes of an animated PNG.
   *
   * @throws IllegalArgumentException if there are no frames or their sizes differ
   */
  public static byte[] png(List<BufferedImage> frames, double seconds) {
    if (frames.isEmpty()) {
      throw new IllegalArgumentException("Animation: expected one picture or more, got none");
    }
    int width = frames.get(0).getWidth();
    int height = frames.get(0).getHeight();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      int sequence = 0;
      for (int i = 0; i < frames.size(); i++) {
        BufferedImage frame = frames.get(i);
        if (frame.getWidth() != width || frame.getHeight() != height) {
          throw new IllegalArgumentException(
              "Animation: picture %s is %s x %s, the first is %s x %s"
                  .formatted(i, frame.getWidth(), frame.getHeight(), width, height));
        }
        ByteBuffer still = ByteBuffer.wrap(still(frame));
        still.position(SIGNATURE.length);
        if (i == 0) {
          out.write(SIGNATURE);
          chunk(out, "IHDR", header(still));
          // How many frames, and 0: for ever.
          chunk(out, "acTL", ByteBuffer.allocate(8).putInt(frames.size()).putInt(0).array());
        }
        chunk(out, "fcTL", control(sequence++, width, height, seconds));
        sequence = data(out, still, i == 0, sequence);
      }
      chunk(out, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not from memory
    }
    return bytes.toByteArray();
  }

  private static byte[] still(BufferedImage frame) throws IOException {
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(frame, "png", png);
    return png.toByteArray();
  }

  /** The content of the first chunk, which all frames of one size and type share. */
  private static byte[] header(ByteBuffer still) {
    ByteBuffer at = still.duplicate();
    byte[] header = new byte[at.getInt()];
    at.getInt();
    at.get(header);
    return header;
  }

  /** Size, place, duration in milliseconds; each frame replaces the one before. */
  private static byte[] control(int sequence, int width, int height, double seconds) {
    return ByteBuffer.allocate(26)
        .putInt(sequence)
        .putInt(width)
        .putInt(height)
        .putInt(0)
        .putInt(0)
        .putShort((short) Math.round(1000 * seconds))
        .putShort((short) 1000)
        .put((byte) 0)
        .put((byte) 0)
        .array();
  }

  /** Copies a still's pixels: as they are for the first frame, numbered for the others. */
  private static int data(DataOutputStream out, ByteBuffer still, boolean first, int sequence)
      throws IOException {
    while (still.hasRemaining()) {
      byte[] content = new byte[still.getInt()];
      byte[] type = new byte[4];
      still.get(type).get(content).getInt(); // the last four bytes are its checksum
      if (new String(type, StandardCharsets.US_ASCII).equals("IDAT")) {
        if (first) {
          chunk(out, "IDAT", content);
        } else {
          byte[] numbered =
              ByteBuffer.allocate(content.length + 4).putInt(sequence++).put(content).array();
          chunk(out, "fdAT", numbered);
        }
      }
    }
    return sequence;
  }

  private static void chunk(DataOutputStream out, String type, byte[] content) throws IOException {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    CRC32 checksum = new CRC32();
    checksum.update(name);
    checksum.update(content);
    out.writeInt(content.length);
    out.write(name);
    out.write(content);
    out.writeInt((int) checksum.getValue());
  }
}
