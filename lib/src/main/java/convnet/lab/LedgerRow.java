package convnet.lab;

import convnet.engine.Engine;
import convnet.tensor.Tensor;
import convnet.train.History;
import convnet.train.TrainingRun;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The cells of a ledger's row. */
final class LedgerRow {
  private LedgerRow() {}

  /** A parameter changed after the training would make a row that nobody can repeat. */
  static void requireMatch(Experiment experiment, TrainingRun run, Samples samples) {
    TrainingRun same = experiment.newRun(samples);
    Map<String, String> made = describe(run);
    Map<String, String> said = describe(same);
    for (String what : made.keySet()) {
      if (!made.get(what).equals(said.get(what))) {
        throw new IllegalArgumentException(
            "Ledger: the run was made with %s %s, this experiment says %s; train again after a change"
                .formatted(what, made.get(what), said.get(what)));
      }
    }
  }

  private static Map<String, String> describe(TrainingRun run) {
    Map<String, String> map = new LinkedHashMap<>();
    map.put("batch size", "" + run.trainer().batchSize());
    map.put("epochs", "" + run.trainer().epochs());
    map.put("seed", "" + run.trainer().seed());
    map.put("optimizer", run.trainer().optimizer().getClass().getSimpleName());
    map.put("training images", "" + run.trainer().train().size());
    map.put("images that judge", "" + run.trainer().test().size());
    for (Map.Entry<String, Tensor> param : run.trainer().network().params().entrySet()) {
      map.put(param.getKey(), param.getValue().shape().toString());
    }
    return map;
  }

  /** What makes two runs the same: the images, wherever they lie, and all settings. */
  static List<String> key(Experiment experiment, Samples samples) {
    List<String> key = new ArrayList<>();
    key.add("" + samples.train().size());
    key.add("" + samples.validation());
    key.add(samples.checksum());
    Map<String, String> settings = experiment.settings();
    Experiment.SETTINGS.forEach(name -> key.add(settings.get(name)));
    return key;
  }

  /** What came of it, for the columns behind the settings. */
  static List<String> results(TrainingRun run, Samples samples, boolean test) {
    History.Epoch last = run.history().last();
    boolean whole = run.finished() && last != null;
    String judged = whole ? number(last.testAccuracy()) : "";
    boolean validated = samples.validation() > 0;
    String tested = validated && test && whole ? number(accuracy(run, samples)) : "";
    int living = LivingFilters.count(run.trainer().network(), samples.judge());
    return List.of(
        Library.version(),
        Engine.machine(),
        "" + run.update(),
        String.format(Locale.ROOT, "%.2f", run.seconds()),
        whole ? Float.toString((float) last.loss()) : "",
        whole ? number(last.trainAccuracy()) : "",
        validated ? judged : "",
        validated ? tested : judged,
        living < 0 ? "" : "" + living);
  }

  private static double accuracy(TrainingRun run, Samples samples) {
    return Predictions.of(run.trainer().network(), samples.test()).accuracy();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.6f", value);
  }
}
