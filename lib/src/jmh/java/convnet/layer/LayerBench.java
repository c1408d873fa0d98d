package convnet.layer;

import convnet.tensor.Matrix;
import convnet.tensor.Parallel;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One layer over a whole batch, in memory that is used again as in a network. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "-Xmx512m"})
public abstract class LayerBench {
  @Param({"vector", "plain"})
  String engine;

  @Param({"2", "1"})
  int threads;

  private SliceLayer layer;
  private Matrix x;
  private Matrix out;
  private Matrix dx;
  private Tensor dW;
  private Tensor db;

  /** Compares the layer with an oracle, then makes its memory. */
  final void setUp(SliceLayer layer, Layer oracle, Shape shape) {
    Parallel.setThreads(threads);
    this.layer = layer;
    Random random = new Random(1);
    Tensor input = Tensor.randn(random, shape.toArray());
    Tensor output = layer.forward(input);
    Tensor dout = Tensor.randn(random, output.shape().toArray());
    check("out", oracle.forward(input), output);
    check("dx", oracle.backward(dout), layer.backward(dout));
    int N = shape.dim(0);
    layer.begin(shape, true);
    x = Matrix.of(input, N);
    out = Matrix.of(output, N);
    dx = Matrix.of(Tensor.zeros(shape), N);
    if (layer instanceof LearningLayer learner) {
      dW = Tensor.zeros(learner.W().shape());
      db = Tensor.zeros(learner.b().shape());
    }
  }

  private static void check(String name, Tensor expected, Tensor actual) {
    if (!(expected.maxAbsDiff(actual) < 1e-3)) {
      throw new AssertionError(name + " differs by " + expected.maxAbsDiff(actual));
    }
  }

  @Benchmark
  public void forward() {
    Parallel.slices(
        x.rows(), (slice, from, to) -> layer.forward(from, x.rows(from, to), out.rows(from, to)));
  }

  /** dx, and dW and db where there are any; out stands for dout. */
  @Benchmark
  public void backward() {
    Parallel.slices(
        x.rows(),
        (slice, from, to) ->
            layer.backward(from, x.rows(from, to), out.rows(from, to), dx.rows(from, to)));
    if (layer instanceof LearningLayer learner) {
      learner.gradients(x, dx, false, dW, db);
    }
  }
}
