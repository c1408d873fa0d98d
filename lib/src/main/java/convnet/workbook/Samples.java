package convnet.workbook;

import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Small tensors of whole numbers, so that a wrong sum is seen to be one. */
final class Samples {
  private Samples() {}

  /** Numbers from -4 to 5 without 0; with the same seed the same ones. */
  static Tensor digits(int seed, int... shape) {
    Random random = new Random(seed);
    return Tensor.zeros(shape)
        .map(v -> random.nextInt(2) == 0 ? -1 - random.nextInt(4) : 1 + random.nextInt(5));
  }

  /** Different numbers around 0, shuffled: the largest of a window is never in doubt. */
  static Tensor shuffled(int seed, int... shape) {
    Tensor tensor = Tensor.zeros(shape);
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < tensor.size(); i++) {
      numbers.add(i - tensor.size() * 2 / 3);
    }
    Collections.shuffle(numbers, new Random(seed));
    for (int i = 0; i < tensor.size(); i++) {
      tensor.array()[i] = numbers.get(i);
    }
    return tensor;
  }
}
