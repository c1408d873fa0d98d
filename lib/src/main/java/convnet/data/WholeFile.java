package convnet.data;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A file that is written whole or not at all: what stood there before stays until the new one is
 * complete. Neither an error, nor an interrupt, nor the end of the process leaves half of it; the
 * last may leave a draft beside it, which the next write replaces.
 */
public final class WholeFile {
  private WholeFile() {}

  /** What is to stand in the file. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Replaces a file.
   *
   * @throws IOException if it cannot be written, or what content throws; then it stays as it was
   */
  public static void replace(Path file, Content content) throws IOException {
    Path draft = file.resolveSibling("." + file.getFileName() + ".new");
    try {
      // Not Files.newOutputStream: that one breaks off when the thread is interrupted.
      try (OutputStream out = new FileOutputStream(draft.toFile())) {
        content.writeTo(out);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(draft);
    }
  }
}
