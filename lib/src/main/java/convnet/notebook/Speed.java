package convnet.notebook;

import convnet.array.Matmul;
import convnet.array.Matrix;
import convnet.array.Parallel;
import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.engine.Engine;
import convnet.layer.Convolution;
import convnet.layer.Layer;
import convnet.layer.SoftmaxWithLoss;
import convnet.net.Network;
import convnet.tensor.Tensor;
import convnet.train.Trainer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What the notebook on speed measures. The timed code is here and not in its cells, whose variables
 * are fields that the compiler may not keep in registers.
 */
public final class Speed {
  private static final double WARM_UP_SECONDS = 2;

  private Speed() {}

  /** The milliseconds of each of the first calls, before the compiler has had its turn. */
  public static double[] firstCalls(int calls, Runnable work) {
    double[] milliseconds = new double[calls];
    for (int i = 0; i < calls; i++) {
      long started = System.nanoTime();
      work.run();
      milliseconds[i] = (System.nanoTime() - started) / 1e6;
    }
    return milliseconds;
  }

  /** The median milliseconds of some calls, after two seconds of them for the compiler. */
  public static double median(int calls, Runnable work) {
    long started = System.nanoTime();
    while (System.nanoTime() - started < WARM_UP_SECONDS * 1e9) {
      work.run();
    }
    double[] milliseconds = firstCalls(calls, work);
    Arrays.sort(milliseconds);
    return milliseconds[calls / 2];
  }

  /** The convolution as its definition says: seven loops, one inside the other; no padding. */
  public static Tensor sevenLoops(Tensor x, Tensor W, Tensor b) {
    int N = x.dim(0);
    int FN = W.dim(0);
    int C = W.dim(1);
    Window w = new Window(x.dim(2), x.dim(3), W.dim(2), W.dim(3), 1, 0);
    Tensor out = Tensor.zeros(N, FN, w.OH(), w.OW());
    float[] xs = x.array();
    float[] ws = W.array();
    int o = 0;
    for (int n = 0; n < N; n++) {
      for (int f = 0; f < FN; f++) {
        for (int oh = 0; oh < w.OH(); oh++) {
          for (int ow = 0; ow < w.OW(); ow++) {
            float sum = b.array()[f];
            for (int c = 0; c < C; c++) {
              for (int fh = 0; fh < w.FH(); fh++) {
                for (int fw = 0; fw < w.FW(); fw++) {
                  sum +=
                      xs[((n * C + c) * w.H() + oh + fh) * w.W() + ow + fw]
                          * ws[((f * C + c) * w.FH() + fh) * w.FW() + fw];
                }
              }
            }
            out.array()[o++] = sum;
          }
        }
      }
    }
    return out;
  }

  /** The chapter's convolution of a whole batch, but with the product in plain loops. */
  public static Tensor plainIm2col(Tensor x, Tensor W, Tensor b) {
    int N = x.dim(0);
    int FN = W.dim(0);
    Window w = new Window(x.dim(2), x.dim(3), W.dim(2), W.dim(3), 1, 0);
    Tensor col = Im2col.im2col(x, w.FH(), w.FW(), 1, 0);
    Tensor out = Tensor.zeros(col.dim(0), FN);
    for (int i = 0; i < col.dim(0); i++) {
      System.arraycopy(b.array(), 0, out.array(), i * FN, FN);
    }
    // (N*OH*OW, C*FH*FW) . (C*FH*FW, FN) -> (N*OH*OW, FN)
    Matrix rows = Matrix.of(out.array(), col.dim(0));
    Matmul.plain().add(rows, Matrix.of(col.array(), col.dim(0)), Matrix.of(W.array(), FN).t());
    return out.reshape(N, w.OH(), w.OW(), FN).transpose(0, 3, 1, 2);
  }

  /**
   * The same convolution five ways, each on one core but the last: median milliseconds by name.
   *
   * @param x {@code (N, C, H, W)}
   * @param W filters {@code (FN, C, FH, FW)}
   * @param b {@code (FN,)}
   * @throws IllegalStateException if two ways give different numbers
   */
  public static Map<String, Double> convolutions(Tensor x, Tensor W, Tensor b, int calls) {
    Map<String, Supplier<Tensor>> ways = new LinkedHashMap<>();
    ways.put("seven loops", () -> sevenLoops(x, W, b));
    ways.put("im2col, plain product", () -> plainIm2col(x, W, b));
    Convolution layer = new Convolution(W, b, 1, 0);
    ways.put("im2col, vector product", () -> layer.forward(x));
    Engine engine = Engine.of(new Network().add("Conv1", layer));
    ways.put("image by image", () -> engine.scores(x));
    Map<String, Double> milliseconds = new LinkedHashMap<>();
    int threads = Parallel.threads();
    Tensor expected = sevenLoops(x, W, b);
    try {
      Parallel.setThreads(1);
      for (Map.Entry<String, Supplier<Tensor>> way : ways.entrySet()) {
        milliseconds.put(way.getKey(), checked(way.getKey(), expected, calls, way.getValue()));
      }
    } finally {
      Parallel.setThreads(threads);
    }
    String all = "image by image, cores: " + threads;
    milliseconds.put(all, checked(all, expected, calls, ways.get("image by image")));
    return milliseconds;
  }

  private static double checked(String way, Tensor expected, int calls, Supplier<Tensor> work) {
    double difference = expected.maxAbsDiff(work.get());
    if (!(difference < 1e-3)) {
      throw new IllegalStateException(
          "Speed: %s differs from seven loops by %s".formatted(way, difference));
    }
    return median(calls, work::get);
  }

  /**
   * Where an update's time goes when its batch passes one layer after the other, as in the book:
   * median milliseconds by step, {@code Conv1 forward}, ..., {@code Conv1 backward}, {@code
   * optimizer}.
   *
   * @param trainer its network is changed by the updates
   */
  public static Map<String, Double> steps(Trainer trainer, int updates) {
    Map<String, double[]> times = new LinkedHashMap<>();
    for (int update = -updates / 2; update < updates; update++) { // the first are for the compiler
      Tensor x = trainer.train().batch(trainer.indices(Math.abs(update))).x();
      Tensor t = trainer.train().batch(trainer.indices(Math.abs(update))).t();
      step(trainer, x, t, times, update, updates);
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    times.forEach(
        (name, all) -> {
          Arrays.sort(all);
          medians.put(name, all[updates / 2]);
        });
    return medians;
  }

  private static void step(
      Trainer trainer, Tensor x, Tensor t, Map<String, double[]> times, int at, int updates) {
    List<Map.Entry<String, Layer>> layers = new ArrayList<>(trainer.network().layers().entrySet());
    long[] clock = {System.nanoTime()};
    for (Map.Entry<String, Layer> layer : layers) {
      x = layer.getValue().forward(x);
      lap(times, layer.getKey() + " forward", at, updates, clock);
    }
    SoftmaxWithLoss last = new SoftmaxWithLoss();
    last.forward(x, t);
    Tensor dout = last.backward();
    lap(times, "SoftmaxWithLoss", at, updates, clock);
    Collections.reverse(layers);
    for (Map.Entry<String, Layer> layer : layers) {
      dout = layer.getValue().backward(dout);
      lap(times, layer.getKey() + " backward", at, updates, clock);
    }
    trainer.optimizer().update(trainer.network().params(), trainer.network().grads());
    lap(times, "optimizer", at, updates, clock);
  }

  private static void lap(
      Map<String, double[]> times, String name, int at, int updates, long[] clock) {
    long now = System.nanoTime();
    if (at >= 0) {
      times.computeIfAbsent(name, n -> new double[updates])[at] = (now - clock[0]) / 1e6;
    }
    clock[0] = System.nanoTime();
  }

  /**
   * The median milliseconds of a whole update as the trainer does it: slices through all layers.
   */
  public static double update(Trainer trainer, int calls) {
    Engine engine = Engine.of(trainer.network());
    var batch = trainer.train().batch(trainer.indices(0));
    int[] update = {0};
    return median(
        calls,
        () -> {
          trainer.train().fill(batch, trainer.indices(update[0]++));
          var grads = engine.gradient(batch.x(), batch.t());
          trainer.optimizer().update(trainer.network().params(), grads);
        });
  }

  /**
   * What one core can do at best: multiply-adds in vector registers, without memory.
   *
   * @return billions of multiplications and additions a second
   */
  public static double peak() {
    return Matmul.get().name().startsWith("vector") ? Peak.vector() : Peak.plain();
  }
}
