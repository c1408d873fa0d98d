package convnet.lab;

import convnet.data.GivenFile;
import convnet.data.NpzFile;
import convnet.tensor.Tensor;
import convnet.train.History;
import convnet.train.TrainingRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a row of the ledger has no room for, in a file that NumPy reads.
 *
 * @param losses of each update
 * @param epochs how many updates were done at each evaluation
 * @param train accuracy over the training images at each evaluation
 * @param judged accuracy over the images that judge
 * @param right for each of the images that judge, in order: 1 if the answer at the end was right,
 *     else 0; empty if the run diverged, or the file is gone
 */
public record Curves(float[] losses, float[] epochs, float[] train, float[] judged, float[] right) {
  /** Where there is no run. */
  public static final Curves NONE = read(Map.of());

  /** Those of a run that has ended. */
  static Curves of(TrainingRun run) {
    List<History.Epoch> epochs = run.history().epochs();
    float[] right = {};
    if (!run.diverged()) {
      Predictions answers = Predictions.of(run.trainer().network(), run.trainer().test());
      right = numbers(answers.all(), p -> p.predicted() == p.right() ? 1 : 0);
    }
    return new Curves(
        run.history().losses(),
        numbers(epochs, History.Epoch::updates),
        numbers(epochs, History.Epoch::trainAccuracy),
        numbers(epochs, History.Epoch::testAccuracy),
        right);
  }

  private static <T> float[] numbers(List<T> list, ToDoubleFunction<T> number) {
    float[] numbers = new float[list.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (float) number.applyAsDouble(list.get(i));
    }
    return numbers;
  }

  /** Writes them, empty ones left out. */
  void write(String file) throws IOException {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    put(arrays, "loss", losses);
    put(arrays, "updates", epochs);
    put(arrays, "train_accuracy", train);
    put(arrays, "judged_accuracy", judged);
    put(arrays, "right", right);
    NpzFile.write(file, arrays);
  }

  private static void put(Map<String, Tensor> arrays, String name, float[] values) {
    if (values.length > 0) {
      arrays.put(name, Tensor.wrap(values, values.length));
    }
  }

  /** Reads them; all are empty where the file is gone. */
  static Curves read(String file) throws IOException {
    return Files.exists(GivenFile.path("Ledger", file)) ? read(NpzFile.read(file)) : NONE;
  }

  private static Curves read(Map<String, Tensor> arrays) {
    return new Curves(
        get(arrays, "loss"),
        get(arrays, "updates"),
        get(arrays, "train_accuracy"),
        get(arrays, "judged_accuracy"),
        get(arrays, "right"));
  }

  private static float[] get(Map<String, Tensor> arrays, String name) {
    return arrays.containsKey(name) ? arrays.get(name).array() : new float[0];
  }
}
