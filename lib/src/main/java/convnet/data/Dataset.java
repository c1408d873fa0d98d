package convnet.data;

import convnet.array.Parallel;
import convnet.tensor.Tensor;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.zip.CRC32;

/**
 * Grey images with their class numbers. Pixels stay bytes until a batch is asked for. As loaded, a
 * batch is what the chapter trains with: values from 0 to 1, shape {@code (N, 1, H, W)}, answers
 * one-hot; {@link #withNormalize}, {@link #withFlatten} and {@link #withOneHot} give the other
 * forms of the same images, without a copy.
 */
public final class Dataset {
  /**
   * Some images and their answers.
   *
   * @param x {@code (N, 1, H, W)}, or {@code (N, H*W)} when flattened
   * @param t one-hot {@code (N, K)} for K classes, or class numbers {@code (N,)}
   */
  public record Batch(Tensor x, Tensor t) {}

  private final byte[] pixels;
  private final byte[] labels;
  private final int H;
  private final int W;
  private final int classes;
  private final boolean normalize;
  private final boolean flatten;
  private final boolean oneHot;
  private final float[] values = new float[256]; // of each byte

  /** Images row-major, one byte a pixel, and one byte a label; both arrays are kept. */
  Dataset(byte[] pixels, byte[] labels, int H, int W) {
    this(pixels, labels, H, W, 1 + largest(labels), true, false, true);
  }

  private Dataset(
      byte[] pixels,
      byte[] labels,
      int H,
      int W,
      int classes,
      boolean normalize,
      boolean flatten,
      boolean oneHot) {
    this.pixels = pixels;
    this.labels = labels;
    this.H = H;
    this.W = W;
    this.classes = classes;
    this.normalize = normalize;
    this.flatten = flatten;
    this.oneHot = oneHot;
    for (int i = 0; i < values.length; i++) {
      values[i] = normalize ? i / 255f : i;
    }
  }

  private static int largest(byte[] labels) {
    int largest = 0;
    for (byte label : labels) {
      largest = Math.max(largest, label & 0xff);
    }
    return largest;
  }

  /**
   * The same images among more classes, as a network may know that.
   *
   * @throws IllegalArgumentException if there are images of more classes
   */
  public Dataset withClasses(int classes) {
    int least = 1 + largest(labels);
    if (classes < least) {
      throw new IllegalArgumentException(
          "Dataset: there are images of class %s, expected %s classes or more, got %s"
                  .formatted(least - 1, least, classes)
              + "; a network for them is made withClasses(%s)".formatted(least));
    }
    return new Dataset(pixels, labels, H, W, classes, normalize, flatten, oneHot);
  }

  /** The same images with values from 0 to 1 (true) or 0 to 255 (false). */
  public Dataset withNormalize(boolean normalize) {
    return new Dataset(pixels, labels, H, W, classes, normalize, flatten, oneHot);
  }

  /** The same images as {@code (N, H*W)} (true) or {@code (N, 1, H, W)} (false). */
  public Dataset withFlatten(boolean flatten) {
    return new Dataset(pixels, labels, H, W, classes, normalize, flatten, oneHot);
  }

  /** The same answers one-hot, {@code (N, K)} (true), or as class numbers {@code (N,)} (false). */
  public Dataset withOneHot(boolean oneHot) {
    return new Dataset(pixels, labels, H, W, classes, normalize, flatten, oneHot);
  }

  /**
   * The first n images, copied.
   *
   * @throws IllegalArgumentException unless {@code 1 <= n <= size()}
   */
  public Dataset first(int n) {
    return part(0, n);
  }

  /**
   * Images {@code from <= n < to}, copied, but for all of them.
   *
   * @throws IllegalArgumentException unless {@code 0 <= from < to <= size()}
   */
  public Dataset part(int from, int to) {
    check(from, to);
    if (to - from == size()) {
      return this;
    }
    return new Dataset(
        Arrays.copyOfRange(pixels, from * H * W, to * H * W),
        Arrays.copyOfRange(labels, from, to),
        H,
        W,
        classes,
        normalize,
        flatten,
        oneHot);
  }

  /** Whether these are the same images with the same labels. */
  boolean same(Dataset other) {
    return H == other.H
        && W == other.W
        && Arrays.equals(pixels, other.pixels)
        && Arrays.equals(labels, other.labels);
  }

  /** The CRC-32 of all pixels and labels: other images have another, nearly always. */
  public long checksum() {
    CRC32 crc = new CRC32();
    crc.update(pixels);
    crc.update(labels);
    return crc.getValue();
  }

  /** The number of images. */
  public int size() {
    return labels.length;
  }

  /** The images' height in pixels. */
  public int H() {
    return H;
  }

  /** The images' width in pixels. */
  public int W() {
    return W;
  }

  /** The number of classes, K. */
  public int classes() {
    return classes;
  }

  /** The class of image n. */
  public int label(int n) {
    check(n, n + 1);
    return labels[n] & 0xff;
  }

  /**
   * Images {@code from <= n < to}.
   *
   * @throws IllegalArgumentException unless {@code 0 <= from < to <= size()}
   */
  public Batch batch(int from, int to) {
    return batch(range(from, to));
  }

  /** As {@link #batch(int, int)}, into the memory of an earlier batch of as many images. */
  public void fill(Batch batch, int from, int to) {
    fill(batch, range(from, to));
  }

  /** What to do with some images, the first of them number {@code from}; says whether to go on. */
  public interface Portion {
    boolean run(int worker, int from, Batch images);
  }

  /**
   * Hands out all images, so many at a time and the rest at last, each time to a worker that is
   * free ({@link Parallel#share}), who uses the memory of a batch again and again.
   *
   * @return whether every image had its turn
   */
  public boolean inBatches(int size, int workers, Portion work) {
    Batch[] batches = new Batch[workers];
    return Parallel.share(
        (size() + size - 1) / size,
        workers,
        (worker, i) -> {
          int from = i * size;
          int to = Math.min(size(), from + size);
          if (batches[worker] == null || batches[worker].x().dim(0) != to - from) {
            batches[worker] = batch(from, to);
          } else {
            fill(batches[worker], from, to);
          }
          return work.run(worker, from, batches[worker]);
        });
  }

  private int[] range(int from, int to) {
    check(from, to);
    return IntStream.range(from, to).toArray();
  }

  /**
   * The images of the given numbers, in that order.
   *
   * @throws IllegalArgumentException if there are none or one lies outside the data
   */
  public Batch batch(int[] indices) {
    if (indices.length == 0) {
      throw new IllegalArgumentException("Dataset: expected one image or more, got none");
    }
    int N = indices.length;
    Batch batch =
        new Batch(
            flatten ? Tensor.zeros(N, H * W) : Tensor.zeros(N, 1, H, W),
            oneHot ? Tensor.zeros(N, classes) : Tensor.zeros(N));
    fill(batch, indices);
    return batch;
  }

  /**
   * As {@link #batch(int[])}, into the memory of an earlier batch of as many images.
   *
   * @throws IllegalArgumentException if the number or form differs or one image lies outside the
   *     data
   */
  public void fill(Batch batch, int[] indices) {
    if (batch.x().dim(0) != indices.length) {
      throw new IllegalArgumentException(
          "Dataset: a batch of %s cannot take %s images"
              .formatted(batch.x().dim(0), indices.length));
    }
    if (batch.x().size() != indices.length * H * W
        || batch.t().size() != indices.length * (oneHot ? classes : 1)) {
      throw new IllegalArgumentException(
          "Dataset: x %s and t %s are a batch of another form; take one of this data set's own"
              .formatted(batch.x().shape(), batch.t().shape()));
    }
    for (int image : indices) {
      check(image, image + 1);
    }
    int size = H * W;
    float[] x = batch.x().array();
    float[] t = batch.t().array();
    Parallel.split(
        indices.length,
        16,
        (from, to) -> {
          for (int n = from; n < to; n++) {
            copy(pixels, indices[n] * size, values, x, n * size, size);
          }
        });
    Arrays.fill(t, 0f);
    for (int n = 0; n < indices.length; n++) {
      int label = labels[indices[n]] & 0xff;
      t[oneHot ? n * classes + label : n] = oneHot ? 1 : label;
    }
  }

  /** Bytes as the numbers they stand for. */
  private static void copy(byte[] from, int fi, float[] values, float[] to, int ti, int size) {
    for (int i = 0; i < size; i++) {
      to[ti + i] = values[from[fi + i] & 0xff];
    }
  }

  private void check(int from, int to) {
    if (from < 0 || to <= from || to > size()) {
      throw new IllegalArgumentException(
          "Dataset: images %s to %s are not among the %s there are".formatted(from, to, size()));
    }
  }
}
