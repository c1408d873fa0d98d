package convnet.lab;

import convnet.net.ConvNetConfig;
import convnet.net.Network;
import convnet.net.WeightStart;
import convnet.optim.AdaGrad;
import convnet.optim.Adam;
import convnet.optim.Momentum;
import convnet.optim.Optimizer;
import convnet.optim.SGD;
import convnet.optim.Schedule;
import convnet.tensor.Shape;
import convnet.train.RecordedLoss;
import convnet.train.Trainer;
import convnet.train.TrainingRun;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Everything that makes a training, by name, but for its data: what the laboratory runs and writes
 * down. A value: {@code Experiment.chapter7().with("learning rate", 0.02).with("seed", 3)}.
 *
 * <pre>
 *   network        a {@link NetworkLine}: conv 30 5x5, relu, pool 2, affine 100, relu, affine 10
 *   weights        the first weights' standard deviation, or Xavier or He (book, section 6.2)
 *   optimizer      SGD, Momentum, AdaGrad or Adam (6.1)
 *   learning rate  above 0
 *   momentum       0 to below 1; only Momentum has one
 *   weight decay   0 or more (6.4.2)
 *   schedule       of the learning rate: constant, cosine, or x 0.5 every 2 epochs
 *   batch size     images of an update
 *   epochs         how often as many images as there are have been drawn
 *   seed           decides weights, batches and dropout
 *   recorded loss  before update or after update
 * </pre>
 */
public final class Experiment {
  /** The names of all settings. */
  public static final List<String> SETTINGS =
      List.of(
          "network",
          "weights",
          "optimizer",
          "learning rate",
          "momentum",
          "weight decay",
          "schedule",
          "batch size",
          "epochs",
          "seed",
          "recorded loss");

  private final Map<String, String> values;

  private Experiment(Map<String, String> values) {
    this.values = values;
  }

  /** The network and the training of the chapter. */
  public static Experiment chapter7() {
    return of(ConvNetConfig.chapter7());
  }

  /** The chapter's network in another configuration, with its optimizer, AdaGrad. */
  public static Experiment of(ConvNetConfig c) {
    String network = "conv %s %sx%s stride %s pad %s, relu, pool 2, affine %s, relu, affine %s";
    int F = c.filterSize();
    return new Experiment(Map.of())
        .with(
            "network",
            network.formatted(c.filters(), F, F, c.stride(), c.pad(), c.hidden(), c.classes()))
        .with("weights", c.weightStd())
        .with("optimizer", "AdaGrad")
        .with("learning rate", c.learningRate())
        .with("momentum", 0.9)
        .with("weight decay", 0)
        .with("schedule", "constant")
        .with("batch size", c.batchSize())
        .with("epochs", c.epochs())
        .with("seed", c.seed())
        .with("recorded loss", "before update");
  }

  /**
   * A copy with another value of a setting.
   *
   * @throws IllegalArgumentException if there is no such setting, or it cannot have this value
   */
  public Experiment with(String setting, Object value) {
    if (!SETTINGS.contains(setting)) {
      throw new IllegalArgumentException(
          "Experiment: there is no setting \"%s\", expected one of %s"
              .formatted(setting, String.join(", ", SETTINGS)));
    }
    Map<String, String> changed = new LinkedHashMap<>(values);
    changed.put(setting, Setting.checked(setting, String.valueOf(value).strip()));
    return new Experiment(changed);
  }

  /** The value of a setting, as text. */
  public String get(String setting) {
    return values.get(setting);
  }

  /** The value of a setting that is a number. */
  public double number(String setting) {
    return Double.parseDouble(values.get(setting));
  }

  private int whole(String setting) {
    return Integer.parseInt(values.get(setting));
  }

  /** All settings by name; momentum is empty where the optimizer has none. */
  public Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(values);
    if (!get("optimizer").equals("Momentum")) {
      settings.put("momentum", "");
    }
    return settings;
  }

  /**
   * The network with its first weights, for images like these.
   *
   * @throws IllegalArgumentException as {@link NetworkLine#network}
   */
  public Network network(Samples samples) {
    Shape input = Shape.of(1, samples.train().H(), samples.train().W());
    WeightStart start =
        switch (get("weights")) {
          case "He" -> WeightStart.HE;
          case "Xavier" -> WeightStart.XAVIER;
          default -> inputs -> number("weights");
        };
    long seed = Long.parseLong(get("seed"));
    return new NetworkLine(get("network")).network(input, samples.train().classes(), start, seed);
  }

  /**
   * A run that has not begun.
   *
   * @throws IllegalArgumentException if the experiment does not fit the data
   */
  public TrainingRun newRun(Samples samples) {
    int batchSize = whole("batch size");
    int epochs = whole("epochs");
    Trainer trainer =
        new Trainer(
            network(samples),
            optimizer(samples.train().size() / batchSize),
            samples.train(),
            samples.judge(),
            batchSize,
            epochs,
            Long.parseLong(get("seed")));
    boolean before = get("recorded loss").equals("before update");
    return trainer.newRun(before ? RecordedLoss.FORWARD_PASS : RecordedLoss.AFTER_UPDATE);
  }

  private Optimizer optimizer(int updatesPerEpoch) {
    double lr = number("learning rate");
    Optimizer optimizer =
        switch (get("optimizer")) {
          case "SGD" -> new SGD(lr);
          case "Momentum" -> new Momentum(lr, number("momentum"));
          case "Adam" -> new Adam(lr);
          default -> new AdaGrad(lr);
        };
    String schedule = get("schedule");
    if (schedule.equals("cosine")) {
      optimizer.schedule(Schedule.cosine(whole("epochs") * updatesPerEpoch));
    } else if (!schedule.equals("constant")) {
      String[] words = schedule.split(" "); // x 0.5 every 2 epochs
      int every = Math.multiplyExact(Integer.parseInt(words[3]), updatesPerEpoch);
      optimizer.schedule(Schedule.steps(every, Double.parseDouble(words[1])));
    }
    return optimizer.decay(number("weight decay"));
  }

  /**
   * What is different from another experiment: {@code conv 30 5x5 -> conv 16 5x5, seed 0 -> 1}; of
   * networks of different lengths what lies between their equal ends: {@code none -> dropout 0.5}.
   *
   * @return empty if nothing is
   */
  public String changesFrom(Experiment before) {
    Map<String, String> now = settings();
    Map<String, String> then = before.settings();
    return SETTINGS.stream()
        .filter(name -> !now.get(name).equals(then.get(name)))
        .map(
            name ->
                name.equals("network")
                    ? networkChange(before)
                    : "%s %s -> %s".formatted(name, orNone(then.get(name)), orNone(now.get(name))))
        .collect(Collectors.joining(", "));
  }

  private static String orNone(String value) {
    return value.isEmpty() ? "none" : value;
  }

  private static String fromEnd(List<String> layers, int i) {
    return layers.get(layers.size() - 1 - i);
  }

  private String networkChange(Experiment before) {
    List<String> now = new NetworkLine(get("network")).layers();
    List<String> then = new NetworkLine(before.get("network")).layers();
    if (now.size() != then.size()) {
      int from = 0;
      int behind = 0; // layers at the end that are the same
      int least = Math.min(now.size(), then.size());
      while (from < least && now.get(from).equals(then.get(from))) {
        from++;
      }
      while (behind < least - from && fromEnd(now, behind).equals(fromEnd(then, behind))) {
        behind++;
      }
      return "%s -> %s"
          .formatted(
              orNone(String.join(", ", then.subList(from, then.size() - behind))),
              orNone(String.join(", ", now.subList(from, now.size() - behind))));
    }
    StringBuilder changes = new StringBuilder();
    for (int i = 0; i < now.size(); i++) {
      if (!now.get(i).equals(then.get(i))) {
        changes.append(changes.isEmpty() ? "" : ", ").append(then.get(i) + " -> " + now.get(i));
      }
    }
    return changes.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Experiment e && settings().equals(e.settings());
  }

  @Override
  public int hashCode() {
    return settings().hashCode();
  }

  /**
   * In a line: {@code conv 30 5x5, ..., affine 10; weights 0.01; AdaGrad 0.06; batch 100; seed 0}.
   */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(get("network")).append("; weights ").append(get("weights"));
    text.append("; ").append(get("optimizer")).append(" ").append(get("learning rate"));
    if (get("optimizer").equals("Momentum")) {
      text.append(", momentum ").append(get("momentum"));
    }
    if (number("weight decay") > 0) {
      text.append(", decay ").append(get("weight decay"));
    }
    if (!get("schedule").equals("constant")) {
      text.append(", ").append(get("schedule"));
    }
    return text + "; batch %s; seed %s".formatted(get("batch size"), get("seed"));
  }
}
