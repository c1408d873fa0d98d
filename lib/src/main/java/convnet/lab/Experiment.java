package convnet.lab;

import convnet.data.Mnist;
import convnet.net.ConvNetConfig;
import convnet.net.SimpleConvNet;
import convnet.optim.AdaGrad;
import convnet.optim.Adam;
import convnet.optim.Momentum;
import convnet.optim.Optimizer;
import convnet.optim.SGD;
import convnet.train.RecordedLoss;
import convnet.train.Trainer;
import convnet.train.TrainingRun;
import java.util.List;

/**
 * One configuration of the chapter's network with its optimizer: what the laboratory runs and
 * writes down. A value: {@code Experiment.of(config).withOptimizer("Adam")}.
 *
 * @param config every number
 * @param optimizer one of {@link #OPTIMIZERS}
 */
public record Experiment(ConvNetConfig config, String optimizer) {
  /** The optimizers there are, by name (book, section 6.1). */
  public static final List<String> OPTIMIZERS = List.of("SGD", "Momentum", "AdaGrad", "Adam");

  /**
   * Checks the optimizer's name.
   *
   * @throws IllegalArgumentException if there is no such optimizer
   */
  public Experiment {
    if (!OPTIMIZERS.contains(optimizer)) {
      throw new IllegalArgumentException(
          "Experiment: expected an optimizer of %s, got %s"
              .formatted(String.join(", ", OPTIMIZERS), optimizer));
    }
  }

  /** A configuration with the chapter's optimizer, AdaGrad. */
  public static Experiment of(ConvNetConfig config) {
    return new Experiment(config, "AdaGrad");
  }

  /** The same with another optimizer. */
  public Experiment withOptimizer(String optimizer) {
    return new Experiment(config, optimizer);
  }

  /** A run that has not begun, on the given data. */
  public TrainingRun newRun(Mnist mnist) {
    return new Trainer(
            new SimpleConvNet(config),
            newOptimizer(),
            mnist.train(),
            mnist.test(),
            config.batchSize(),
            config.epochs(),
            config.seed())
        .newRun(RecordedLoss.FORWARD_PASS);
  }

  private Optimizer newOptimizer() {
    double lr = config.learningRate();
    return switch (optimizer) {
      case "SGD" -> new SGD(lr);
      case "Momentum" -> new Momentum(lr);
      case "Adam" -> new Adam(lr);
      default -> new AdaGrad(lr);
    };
  }

  /** In a few words: {@code 30 filters 5 x 5, std 0.01, AdaGrad 0.06, batch 100, seed 0}. */
  @Override
  public String toString() {
    return "%s filters %s x %s, std %s, %s %s, batch %s, seed %s"
        .formatted(
            config.filters(),
            config.filterSize(),
            config.filterSize(),
            config.weightStd(),
            optimizer,
            config.learningRate(),
            config.batchSize(),
            config.seed());
  }
}
