package convnet.engine;

import static convnet.testing.Check.close;
import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.array.Engines;
import convnet.array.Parallel;
import convnet.lab.NetworkLine;
import convnet.layer.Affine;
import convnet.layer.AveragePooling;
import convnet.layer.Convolution;
import convnet.layer.Layer;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.net.ConvNetConfig;
import convnet.net.Network;
import convnet.net.SimpleConvNet;
import convnet.net.WeightStart;
import convnet.optim.AdaGrad;
import convnet.optim.SGD;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.OwnLayer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** One network of every kind of block, its memory, and engines at the same time. */
class EngineTest {
  private final int threads = Parallel.threads();

  @AfterEach
  void restore() {
    Parallel.setThreads(threads);
  }

  /** As below, every second filter dead: ReLU stops it in all images. */
  private static Network halfDead() {
    Network network = network();
    for (String bias : new String[] {"b1", "b2"}) {
      Tensor b = network.params().get(bias);
      for (int f = 0; f < b.size(); f += 2) {
        b.set(-100, f);
      }
    }
    return network;
  }

  /** So that no rounding decides what passes ReLU, or which of two nearly equal wins a pooling. */
  private static Tensor eighths(Tensor x) {
    return x.map(v -> Math.rint(8 * v) / 8);
  }

  /** Two convolutions, both kinds of pooling, ReLU before and behind: every kind of block. */
  private static Network network() {
    Random random = new Random(5);
    return new Network()
        .add("Relu0", new ReLU())
        .add("Conv1", conv(random, 4, 2, 3, 1))
        .add("Relu1", new ReLU())
        .add("Pool1", new Pooling(2, 2, 2, 0))
        .add("Conv2", conv(random, 6, 4, 3, 1))
        .add("Pool2", new AveragePooling(2, 2, 2, 0))
        .add("Relu2", new ReLU())
        .add("Affine1", affine(random, 6 * 4 * 5, 11))
        .add("Relu3", new ReLU())
        .add("Affine2", affine(random, 11, 5));
  }

  private static Layer conv(Random random, int FN, int C, int F, int pad) {
    Tensor W = eighths(Tensor.randn(random, FN, C, F, F).mul(0.3));
    return new Convolution(W, eighths(Tensor.randn(random, FN)), 1, pad);
  }

  private static Layer affine(Random random, int D, int M) {
    Tensor W = eighths(Tensor.randn(random, D, M).mul(0.3));
    return new Affine(W, eighths(Tensor.randn(random, M)));
  }

  private static Tensor images(int N) {
    return eighths(Tensor.randn(new Random(N), N, 2, 16, 20));
  }

  private static Tensor answers(int N) {
    Random random = new Random(N);
    return Tensor.zeros(N).map(zero -> random.nextInt(5));
  }

  @Test
  void givesTheNumbersOfTheNetwork() {
    for (Network network : new Network[] {network(), halfDead()}) {
      for (int threads : new int[] {1, 2, 3, 7}) {
        Parallel.setThreads(threads);
        Engine engine = Engine.of(network);
        assertEquals(Engines.fast(), engine instanceof FastEngine);
        for (int N : new int[] {1, 2, 17, 40, 17}) {
          Tensor x = images(N);
          Tensor t = answers(N);
          close("scores", network.predict(x), engine.predict(x), 1e-5);
          assertEquals(network.loss(x, t), engine.loss(x, t), 1e-5);
          assertEquals(engine.loss(x, t), Engine.of(network).loss(x, t), "without a prediction");
          assertEquals(network.accuracy(x, t, 10), engine.accuracy(x, t));
          Map<String, Tensor> grads = engine.gradient(x, t);
          Map<String, Tensor> expected = network.gradient(x, t);
          assertEquals(network.lastLoss(), engine.lastLoss(), 1e-5);
          assertEquals(List.copyOf(expected.keySet()), List.copyOf(grads.keySet()));
          expected.forEach((name, grad) -> close(name, grad, grads.get(name), 1e-5));
        }
      }
    }
  }

  @Test
  void saysWhatItRunsOn() {
    String machine = Engine.machine();
    assertTrue(
        machine.matches("JDK \\S+, engine (plain|vector, \\d+ floats .*), threads \\d+"), machine);
  }

  @Test
  void aGradientDoesNotDependOnTheOneBefore() {
    Tensor x = images(9);
    Tensor t = answers(9);
    Map<String, Tensor> alone = copies(Engine.of(network()).gradient(x, t));
    Engine engine = Engine.of(network());
    engine.predict(x); // which need not remember anything
    engine.gradient(images(9).mul(2), t);
    engine.predict(images(9).mul(3));
    engine.loss(images(5), answers(5));
    same(alone, engine.gradient(x, t));
  }

  @Test
  void noBitDependsOnTheNumberOfThreads() {
    for (Network network : new Network[] {network(), halfDead()}) {
      for (int N : new int[] {2, 17, 40}) {
        Parallel.setThreads(1);
        Map<String, Tensor> one = copies(Engine.of(network).gradient(images(N), answers(N)));
        for (int threads : new int[] {2, 3, 7}) {
          Parallel.setThreads(threads);
          same(one, Engine.of(network).gradient(images(N), answers(N)));
        }
      }
    }
  }

  @Test
  void noScoreDependsOnTheNumberOfThreads() {
    Tensor x = images(6 * Engine.PORTION + 7);
    for (Network network : new Network[] {network(), halfDead()}) {
      Parallel.setThreads(1);
      Engine engine = Engine.of(network);
      Tensor one = engine.predict(x);
      for (int threads : new int[] {2, 3, 7, 2}) {
        Parallel.setThreads(threads);
        assertArrayEquals(one.array(), engine.predict(x).array(), threads + " threads");
      }
    }
  }

  @Test
  @EnabledIf("convnet.array.Engines#fast")
  void aLayerAddedLaterIsNotInItWhoeverIsAtWork() {
    Network network = network();
    Engine engine = Engine.of(network);
    Tensor x = images(3 * Engine.PORTION);
    Tensor before = network.predict(x);
    network.add("Affine9", new Affine(Tensor.zeros(before.dim(1), 3), Tensor.zeros(3)));
    close("scores", before, engine.predict(x), 1e-5);
  }

  private static Map<String, Tensor> copies(Map<String, Tensor> tensors) {
    Map<String, Tensor> copies = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> copies.put(name, tensor.copy()));
    return copies;
  }

  private static void same(Map<String, Tensor> expected, Map<String, Tensor> actual) {
    expected.forEach(
        (name, tensor) -> assertArrayEquals(tensor.array(), actual.get(name).array(), name));
  }

  @Test
  void aStopDoesNotDisturbWhatHasBegun() {
    Map<String, Tensor> alone = copies(Engine.of(network()).gradient(images(9), answers(9)));
    Thread.currentThread().interrupt();
    same(alone, Engine.of(network()).gradient(images(9), answers(9)));
    assertTrue(Thread.interrupted(), "the flag stays set");
  }

  @Test
  void manyImagesGoThroughInPortions() {
    Network network = network();
    Engine engine = Engine.of(network);
    Tensor x = images(2 * Engine.PORTION + 7);
    close("scores", network.predict(x), engine.predict(x), 1e-5);
    Tensor one = engine.predict(images(3));
    Tensor kept = one.copy();
    engine.predict(images(3).mul(2));
    assertEquals(0, kept.maxAbsDiff(one), "a prediction is the caller's own");
  }

  /** The offset of a portion is that of its images, whatever the output's shape. */
  /**
   * Wherever it stands, and as often as a training goes on; two networks, for both count passes.
   */
  @Test
  void dropoutSilencesWhatItSilencesInTheChapter() {
    String line =
        "dropout 0.2, conv 3 3x3, relu, dropout 0.4, pool 2, conv 4 3x3 pad 1, relu, pool 2,"
            + " dropout 0.3, affine 30, relu, dropout 0.5, affine 5, dropout 0.5";
    NetworkLine network = new NetworkLine(line);
    Random random = new Random(3);
    Tensor x = Tensor.randn(random, 7, 1, 10, 10);
    Tensor t = Tensor.of(0, 1, 2, 3, 4, 0, 1);
    for (int n : new int[] {1, 2, 3}) {
      Parallel.setThreads(n);
      Network chapter = network.network(Shape.of(1, 10, 10), 5, WeightStart.HE, 1);
      Engine engine = Engine.of(network.network(Shape.of(1, 10, 10), 5, WeightStart.HE, 1));
      for (int pass = 0; pass < 3; pass++) {
        Map<String, Tensor> expected = chapter.gradient(x, t);
        Map<String, Tensor> found = engine.gradient(x, t);
        assertEquals(chapter.lastLoss(), engine.lastLoss(), 1e-5);
        expected.forEach((name, grad) -> close("d" + name, grad, found.get(name), 1e-5));
        close("scores", chapter.predict(x), engine.predict(x), 1e-5);
        assertEquals(chapter.loss(x, t), engine.loss(x, t), 1e-5);
      }
    }
  }

  @Test
  void aNetworkMayEndInImages() {
    Network network = new Network().add("Conv1", conv(new Random(1), 3, 2, 3, 0));
    Tensor x = images(2 * Engine.PORTION + 7);
    Tensor expected = network.layers().get("Conv1").forward(x);
    assertEquals(0, expected.maxAbsDiff(network.predict(x)));
    close("maps", expected, Engine.of(network).predict(x), 1e-5);
  }

  @Test
  void aNetworkWithoutLayersHandsOnItsImages() {
    Engine engine = Engine.of(new Network());
    Tensor x = Tensor.randn(new Random(1), 3, 5);
    assertEquals(0, x.maxAbsDiff(engine.predict(x)));
    assertEquals(Map.of(), engine.gradient(x, Tensor.of(0, 4, 2)));
  }

  @Test
  void aLayerOfYourOwnTakesTheChaptersWay() {
    Network network = network().add("Own", new OwnLayer());
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Engine engine;
    try {
      System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
      engine = Engine.of(network);
      Engine.of(network); // says it once
    } finally {
      System.setErr(before);
    }
    String sentence =
        "convnet: the layers run one by one, several times slower: Own is of the class"
            + " convnet.testing.OwnLayer, which the engine does not know";
    String found = said.toString(StandardCharsets.UTF_8).strip();
    assertTrue(found.isEmpty() || found.equals(sentence), found); // another test may have heard it
    assertInstanceOf(ChapterEngine.class, engine);
    same(network.gradient(images(6), answers(6)), engine.gradient(images(6), answers(6)));
    assertEquals(network.lastLoss(), engine.lastLoss());
    assertArrayEquals(network.predict(images(6)).array(), engine.predict(images(6)).array());
  }

  @Test
  void namesPixelsThatAreNotNumbers() {
    Engine engine = Engine.of(network());
    Tensor bad = images(3);
    bad.set(Double.NaN, 2, 1, 4, 5);
    Map<String, Callable<?>> calls =
        Map.of(
            "predict", () -> engine.predict(bad),
            "loss", () -> engine.loss(bad, answers(3)),
            "gradient", () -> engine.gradient(bad, answers(3)));
    calls.forEach(
        (name, call) ->
            refused(
                name + ": x (3, 2, 16, 20): element [2, 1, 4, 5] is NaN, expected a finite number",
                call::call));
  }

  /** The batch's size, so that no engine finds the memory of another useful. */
  private static Callable<List<Tensor>> work(Network network, int N) {
    return () -> {
      Engine engine = Engine.of(network);
      List<Tensor> results = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        results.add(engine.predict(images(N + i % 3)));
        results.addAll(copies(engine.gradient(images(N), answers(N))).values());
      }
      return results;
    };
  }

  @Test
  void severalEnginesOfOneNetworkGiveTheBitsThatEachGivesAlone() throws Exception {
    Network network = network();
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      List<Future<List<Tensor>>> together = new ArrayList<>();
      for (int N = 10; N < 14; N++) {
        together.add(pool.submit(work(network, N)));
      }
      for (int N = 10; N < 14; N++) {
        List<Tensor> alone = work(network(), N).call();
        List<Tensor> found = together.get(N - 10).get();
        for (int i = 0; i < alone.size(); i++) {
          assertArrayEquals(alone.get(i).array(), found.get(i).array(), N + ", result " + i);
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static Map<String, Tensor> trained(Network network) {
    Engine engine = Engine.of(network);
    AdaGrad optimizer = new AdaGrad(0.01);
    for (int i = 0; i < 30; i++) {
      optimizer.update(network.params(), engine.gradient(images(20 + i), answers(20 + i)));
    }
    return network.params();
  }

  @Test
  void aTrainingKeepsItsBitsWhileOthersPredict() throws Exception {
    Network network = network();
    AtomicBoolean trained = new AtomicBoolean();
    ExecutorService pool = Executors.newSingleThreadExecutor();
    try {
      Future<Integer> looking =
          pool.submit(
              () -> {
                Engine engine = Engine.of(network);
                int predictions = 0;
                while (!trained.get()) {
                  engine.predict(images(8));
                  predictions++;
                }
                return predictions;
              });
      Map<String, Tensor> found = copies(trained(network));
      trained.set(true);
      looking.get();
      same(trained(network()), found);
    } finally {
      trained.set(true);
      pool.shutdownNow();
    }
  }

  /** 200 updates each from the same start and on the same batches. */
  @Test
  void trainingsSideBySideStayTogether() {
    ConvNetConfig config =
        ConvNetConfig.chapter7().withFilters(4).withHidden(20).withWeightStd(0.1).withSeed(3);
    Network chapter = new SimpleConvNet(config);
    Network fast = new SimpleConvNet(config);
    Engine engine = Engine.of(fast);
    SGD optimizer = new SGD(0.1); // AdaGrad's first steps would make much of the rounding of zeros
    for (int i = 0; i < 200; i++) {
      Random random = new Random(i);
      Tensor t = Tensor.zeros(20).map(zero -> random.nextInt(10));
      Tensor x = Tensor.randn(random, 20, 1, 28, 28).mul(0.2);
      for (int n = 0; n < 20; n++) { // each class has a bright pixel of its own
        x.set(3, n, 0, 10, 4 + 2 * (int) t.get(n));
      }
      optimizer.update(chapter.params(), chapter.gradient(x, t));
      optimizer.update(fast.params(), engine.gradient(x, t));
      assertEquals(chapter.lastLoss(), engine.lastLoss(), 1e-3, "update " + i);
    }
    assertTrue(engine.lastLoss() < 1, "it has learned: " + engine.lastLoss());
    chapter.params().forEach((name, p) -> close(name, p, fast.params().get(name), 1e-3));
  }

  @Test
  @EnabledIf("convnet.array.Engines#fast")
  void aBatchOfTheSameSizeUsesTheMemoryAgain() {
    Engine engine = Engine.of(network());
    Tensor scores = engine.scores(images(9));
    Map<String, Tensor> grads = Map.copyOf(engine.gradient(images(9), answers(9)));
    assertSame(scores, engine.scores(images(9).mul(2)));
    engine
        .gradient(images(9).mul(2), answers(9))
        .forEach((name, grad) -> assertSame(grads.get(name), grad, name));
  }
}
