package convnet.data;

import java.io.IOException;
import java.lang.ref.SoftReference;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * MNIST, or any data set in its four files: {@code train-images-idx3-ubyte}, {@code
 * train-labels-idx1-ubyte}, {@code t10k-images-idx3-ubyte}, {@code t10k-labels-idx1-ubyte}, each
 * raw or with {@code .gz}. Fashion-MNIST has the same names and works.
 *
 * @param train the training images, 60,000 in MNIST
 * @param test the test images, 10,000 in MNIST
 */
public record Mnist(Dataset train, Dataset test) {
  /** What was read last from a directory, as long as there is memory for it. */
  private static final Map<Path, SoftReference<Mnist>> READ = new ConcurrentHashMap<>();

  /**
   * Reads the four files of a directory. Where they hold the same images as the last time, these
   * are given again, so that a notebook run twice does not hold them twice.
   *
   * @throws IOException if one is missing, damaged, of another kind or length than it declares, if
   *     images and labels differ in number, or a label is above 9
   */
  public static Mnist load(Path directory) throws IOException {
    Mnist read = new Mnist(load(directory, "train"), load(directory, "t10k"));
    Path path = directory.toRealPath();
    SoftReference<Mnist> last = READ.get(path);
    Mnist before = last == null ? null : last.get();
    if (before != null && before.train.same(read.train) && before.test.same(read.test)) {
      return before;
    }
    READ.put(path, new SoftReference<>(read));
    return read;
  }

  /** As {@link #load(Path)}, the directory as a string: {@code Mnist.load("../data/mnist")}. */
  public static Mnist load(String directory) throws IOException {
    return load(Path.of(directory));
  }

  private static Dataset load(Path directory, String set) throws IOException {
    IdxFile images = IdxFile.read(directory, set + "-images-idx3-ubyte", 3);
    IdxFile labels = IdxFile.read(directory, set + "-labels-idx1-ubyte", 1);
    int N = images.dims()[0];
    if (labels.dims()[0] != N) {
      throw new IOException("%s: %s images but %s labels".formatted(set, N, labels.dims()[0]));
    }
    for (int n = 0; n < N; n++) {
      if ((labels.values()[n] & 0xff) >= Dataset.CLASSES) {
        throw new IOException(
            "%s: label %s is %s, expected a class from 0 to %s"
                .formatted(set, n, labels.values()[n] & 0xff, Dataset.CLASSES - 1));
      }
    }
    return new Dataset(images.values(), labels.values(), images.dims()[1], images.dims()[2]);
  }
}
