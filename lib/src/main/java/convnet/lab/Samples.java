package convnet.lab;

import convnet.data.Dataset;
import convnet.data.Mnist;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * What experiments learn from and what judges them: the first so many training images of a data
 * set, and either its test images, or, to choose among experiments honestly, the last so many of
 * its training images, which then nobody learns from (book, section 6.5.1: validation data). A
 * value: {@code Samples.load("../data/mnist").withImages(6000).withValidation(10_000)}.
 */
public final class Samples {
  private final String folder;
  private final Mnist mnist;
  private final int validation;
  private final Dataset train;
  private final Dataset judge;
  private String checksum; // once it has been asked for

  private Samples(String folder, Mnist mnist, int images, int validation) {
    int all = mnist.train().size();
    if (images < 1 || validation < 0 || validation > all - images) {
      throw new IllegalArgumentException(
          "Samples: expected 1 image or more to learn from and 0 or more for validation, %s in all, "
                  .formatted(all)
              + "got %s and %s; take fewer".formatted(images, validation));
    }
    this.folder = folder;
    this.mnist = mnist;
    this.validation = validation;
    train = mnist.train().part(0, images);
    judge = validation == 0 ? mnist.test() : mnist.train().part(all - validation, all);
  }

  /**
   * All training images of a folder, judged by its test images.
   *
   * @throws IOException as {@link Mnist#load(String)}
   */
  public static Samples load(String folder) throws IOException {
    return of(folder, Mnist.load(folder));
  }

  /** The same for what was loaded from a folder before. */
  public static Samples of(String folder, Mnist mnist) {
    return new Samples(folder, mnist, mnist.train().size(), 0);
  }

  /**
   * Learns from the first n images only.
   *
   * @throws IllegalArgumentException if there are not so many beside those for validation
   */
  public Samples withImages(int n) {
    return new Samples(folder, mnist, n, validation);
  }

  /**
   * Judges by the last n training images; 0: by the test images. Where all training images were to
   * be learned from, those that are left are.
   *
   * @throws IllegalArgumentException if there are not so many beside those to learn from
   */
  public Samples withValidation(int n) {
    boolean all = train.size() + validation == mnist.train().size();
    return new Samples(folder, mnist, all ? mnist.train().size() - n : train.size(), n);
  }

  /** The same data, divided anew. */
  Samples divided(int images, int validation) {
    return new Samples(folder, mnist, images, validation);
  }

  /** The folder, as it was given. */
  public String folder() {
    return folder;
  }

  /** The folder's own name: {@code mnist}. */
  public String name() {
    return Path.of(folder).toAbsolutePath().normalize().getFileName().toString();
  }

  /** What to learn from. */
  public Dataset train() {
    return train;
  }

  /** What judges: validation images or the test images. */
  public Dataset judge() {
    return judge;
  }

  /** How many images there are for validation; 0 where the test images judge. */
  public int validation() {
    return validation;
  }

  /** The test images, to be asked at the very end. */
  public Dataset test() {
    return mnist.test();
  }

  /** Eight letters that other images do not have, nearly always. */
  public String checksum() {
    if (checksum == null) {
      long both = (train.checksum() * 31 + judge.checksum()) & 0xffffffffL;
      checksum = String.format(Locale.ROOT, "%08x", both);
    }
    return checksum;
  }
}
