package convnet.engine;

import convnet.array.Matrix;
import convnet.array.Parallel;
import convnet.layer.Layer;
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

/** One of the engine's steps over a whole batch, in memory that is used again as in a network. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
    value = 1,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "-Xmx512m"})
public abstract class LayerBench {
  @Param({"2", "1"})
  int threads;

  private Step step;
  private Matrix x;
  private Matrix out;
  private Matrix dx;

  /** Compares the step with its layer, then makes its memory. */
  final void setUp(Layer layer, Shape shape) {
    Parallel.setThreads(threads);
    step = Block.step(layer);
    Random random = new Random(1);
    Tensor input = Tensor.randn(random, shape.toArray());
    Tensor output = layer.forward(input);
    Tensor dout = Tensor.randn(random, output.shape().toArray());
    StepLayer alike = StepLayer.of(layer);
    check("out", output, alike.forward(input));
    check("dx", layer.backward(dout), alike.backward(dout));
    int N = shape.dim(0);
    step.begin(shape, true);
    x = Matrix.of(input.array(), N);
    out = Matrix.of(output.array(), N);
    dx = Matrix.of(Tensor.zeros(shape).array(), N);
  }

  private static void check(String name, Tensor expected, Tensor actual) {
    if (!(expected.maxAbsDiff(actual) < 1e-3)) {
      throw new AssertionError(name + " differs by " + expected.maxAbsDiff(actual));
    }
  }

  @Benchmark
  public void forward() {
    Parallel.slices(
        x.rows(), (slice, from, to) -> step.forward(from, x.rows(from, to), out.rows(from, to)));
  }

  /** dx, and dW and db where there are any; out stands for dout. */
  @Benchmark
  public void backward() {
    Parallel.slices(
        x.rows(),
        (slice, from, to) ->
            step.backward(from, x.rows(from, to), out.rows(from, to), dx.rows(from, to)));
    if (step instanceof LearningStep learner) {
      learner.gradients(x, dx, false);
    }
  }
}
