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
   * Reads the four files of a folder. There are as many classes as the largest training label says.
   * Where they hold the same images as the last time, these are given again, so that a notebook run
   * twice does not hold them twice.
   *
   * @param folder {@code "../data/mnist"}
   * @throws IOException if there is no such folder, a file is missing, damaged, of another kind or
   *     length than it declares, if images and labels differ in number, training and test images in
   *     size, or a test label is above all training labels
   */
  public static Mnist load(String folder) throws IOException {
    Path path = GivenFile.folder("Mnist", folder);
    Dataset train = load(path, "train", 256);
    Dataset test = load(path, "t10k", train.classes());
    if (train.H() != test.H() || train.W() != test.W()) {
      throw new IOException(
          "Mnist: in %s the training images are %s x %s, the test images %s x %s; take both from one set"
              .formatted(path, train.H(), train.W(), test.H(), test.W()));
    }
    Mnist read = new Mnist(train, test.withClasses(train.classes()));
    SoftReference<Mnist> last = READ.get(path.toRealPath());
    Mnist before = last == null ? null : last.get();
    if (before != null && before.train.same(read.train) && before.test.same(read.test)) {
      return before;
    }
    READ.put(path.toRealPath(), new SoftReference<>(read));
    return read;
  }

  /** As {@link #load(String)}. */
  public static Mnist load(Path folder) throws IOException {
    return load(folder.toString());
  }

  private static Dataset load(Path folder, String set, int classes) throws IOException {
    IdxFile images = IdxFile.read(folder, set + "-images-idx3-ubyte", 3);
    IdxFile labels = IdxFile.read(folder, set + "-labels-idx1-ubyte", 1);
    int N = images.dims()[0];
    if (labels.dims()[0] != N) {
      throw new IOException(
          "Mnist: %s holds %s images, but %s %s labels; take both from one set"
              .formatted(images.file(), N, labels.file(), labels.dims()[0]));
    }
    for (int n = 0; n < N; n++) {
      if ((labels.values()[n] & 0xff) >= classes) {
        throw new IOException(
            "Mnist: label %s in %s is %s, expected 0 to %s as in training; take both from one set"
                .formatted(n, labels.file(), labels.values()[n] & 0xff, classes - 1));
      }
    }
    return new Dataset(images.values(), labels.values(), images.dims()[1], images.dims()[2]);
  }
}
