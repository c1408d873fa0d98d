package convnet.notebook;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.array.Parallel;
import convnet.data.Mnist;
import convnet.lab.Experiment;
import convnet.lab.Ledger;
import convnet.lab.Plan;
import convnet.lab.Samples;
import convnet.lab.Sweep;
import convnet.net.ConvNetConfig;
import convnet.net.Network;
import convnet.net.SimpleConvNet;
import convnet.tensor.Functions;
import convnet.tensor.Tensor;
import convnet.testing.Fonts;
import convnet.testing.TinyMnist;
import convnet.train.Trainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

/** What the notebooks behind the chapter's code rest on. */
class InsideTest {
  private static final ConvNetConfig SMALL = TinyMnist.config();

  @TempDir Path folder;

  @Test
  void aCoverOfTheWholeImageLeavesNothing() {
    Network network = new SimpleConvNet(SMALL.withWeightStd(0.5));
    Tensor x = Tensor.randn(new Random(1), 1, 1, 8, 8);
    Tensor places = Occlusion.probabilities(network, x, 3, 8);
    double nothing = Functions.softmax(network.predict(Tensor.zeros(1, 1, 8, 8))).get(0, 3);
    assertEquals("(1, 1)", places.shape().toString());
    assertEquals(nothing, places.get(0, 0), 1e-6);
    Tensor covered = x.copy();
    covered.set(0, 0, 0, 2, 5);
    Tensor single = Occlusion.probabilities(network, x, 3, 1);
    assertEquals(Functions.softmax(network.predict(covered)).get(0, 3), single.get(2, 5), 1e-6);
    refused(
        "Occlusion: expected a side from 1 to 8, got 9",
        () -> Occlusion.probabilities(network, x, 3, 9));
    refused(
        "Occlusion: expected one image (1, C, H, W), got (2, 1, 8, 8)",
        () -> Occlusion.probabilities(network, Tensor.zeros(2, 1, 8, 8), 3, 2));
  }

  @Test
  void aSweepIsShownAsItStands() throws IOException {
    Fonts.needed();
    Samples samples = Samples.of("tiny", TinyMnist.load(103, 31));
    List<Experiment> experiments =
        List.of(
            Experiment.of(SMALL.withSeed(4)),
            Experiment.of(SMALL.withLearningRate(1e30)).with("optimizer", "SGD"));
    Sweep sweep = new Sweep(experiments, samples, new Ledger(folder.toString()));
    assertEquals("0 of 2 experiments, 0 s so far", Progress.text(sweep));
    assertEquals(2080, Progress.picture(sweep).getWidth());
    sweep.run(s -> assertEquals(2080, Progress.picture(s).getWidth()));
    assertTrue(Progress.text(sweep).matches("2 of 2 experiments, (\\d+ min )?\\d+ s so far, done"));
    assertEquals(2080, Progress.picture(sweep).getWidth());
  }

  @Test
  void aPlansTableEndsWithTheSums() {
    Table table = Tables.plan(Plan.alexNet());
    assertEquals(12, table.rowCount());
    assertEquals(60_965_224, table.longColumn("parameters").get(11));
    assertTrue(Tables.html(table).contains("<td>60,965,224</td>"));
  }

  @Test
  void fiveWaysToConvolveAgree() {
    Random random = new Random(1);
    Tensor x = Tensor.randn(random, 2, 2, 8, 9);
    Tensor W = Tensor.randn(random, 3, 2, 3, 2);
    Tensor b = Tensor.randn(random, 3);
    assertTrue(Speed.sevenLoops(x, W, b).maxAbsDiff(Speed.plainIm2col(x, W, b)) < 1e-4);
    int threads = Parallel.threads();
    Map<String, Double> times = Speed.convolutions(x, W, b, 3);
    assertEquals(threads, Parallel.threads());
    assertEquals(5, times.size());
    times.forEach((way, milliseconds) -> assertTrue(milliseconds > 0, way));
  }

  @Test
  void theStepsOfAnUpdateAreMeasured() throws IOException {
    Mnist mnist = TinyMnist.load(103, 31);
    Map<String, Double> steps = Speed.steps(Trainer.of(SMALL, mnist.train(), mnist.test()), 4);
    assertEquals(
        "[Conv1 forward, Relu1 forward, Pool1 forward, Affine1 forward, Relu2 forward,"
            + " Affine2 forward, SoftmaxWithLoss, Affine2 backward, Relu2 backward,"
            + " Affine1 backward, Pool1 backward, Relu1 backward, Conv1 backward, optimizer]",
        steps.keySet().toString());
    assertTrue(Speed.update(Trainer.of(SMALL, mnist.train(), mnist.test()), 3) > 0);
    assertTrue(Speed.peak() > 0);
  }
}
