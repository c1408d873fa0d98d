package convnet.testing;

import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * What the properties are tried on: a repeated test takes one of these as its parameter and draws
 * its case from it. Each repetition draws from a seed of its own, which follows from the run's, the
 * test and the repetition's number. The run's is a new one each time unless {@code -Dconvnet.seed}
 * gives it; a failure prints it, and what was drawn.
 *
 * <p>Where things break is tried more often than chance would: the first repetition draws the
 * smallest of everything, the second the largest, and later ones an end of the range, 0, 1 or -1
 * every fourth time. Tensors hold small whole numbers, so that every sum of products is exact in a
 * float and two ways to the same number must agree in every bit; some hold one number throughout.
 */
public final class Cases {
  private static final long SEED =
      Long.parseLong(System.getProperty("convnet.seed", "" + new Random().nextInt(1_000_000)));

  private final int repetition;
  private final Random random;
  private final List<String> drawn = new ArrayList<>();

  private Cases(int repetition, long seed) {
    this.repetition = repetition;
    this.random = new Random(new SplittableRandom(seed).nextLong()); // neighbours differ widely
  }

  private <T> T note(T what) {
    drawn.add(what.toString());
    return what;
  }

  /** A whole number from min to max. */
  public int between(int min, int max) {
    return note(draw(min, max));
  }

  private int draw(int min, int max) {
    if (repetition <= 2) {
      return repetition == 1 ? min : max;
    }
    if (random.nextInt(4) == 0) {
      int[] ends = {min, max, 0, 1, -1};
      int end = ends[random.nextInt(ends.length)];
      if (min <= end && end <= max) {
        return end;
      }
    }
    return min + random.nextInt(max - min + 1);
  }

  /** A source of further numbers, for what takes one. */
  public Random random() {
    return new Random(seed());
  }

  /** Any seed. */
  public long seed() {
    return note(repetition <= 2 ? repetition - 1 : random.nextLong());
  }

  /**
   * A window that fits: H != W, FH != FW, stride up to 3 and so beyond a small window, any padding.
   */
  public Geometry geometry() {
    while (true) {
      int FH = draw(1, 5);
      int FW = draw(1, 5);
      int stride = draw(1, 3);
      int pad = draw(0, 2);
      int H = (draw(1, 7) - 1) * stride + FH - 2 * pad;
      int W = (draw(1, 7) - 1) * stride + FW - 2 * pad;
      if (H >= 1 && W >= 1 && pad < Math.min(FH, FW)) {
        return note(new Geometry(draw(1, 3), draw(1, 3), H, W, FH, FW, stride, pad));
      }
    }
  }

  /** Up to five axes of up to six. */
  public int[] shape() {
    int[] shape = IntStream.range(0, draw(1, 5)).map(axis -> draw(1, 6)).toArray();
    note("shape " + IntStream.of(shape).boxed().toList());
    return shape;
  }

  /** Whole numbers from -bound to bound; every eighth time one of them throughout, often 0. */
  public Tensor whole(int bound, int... shape) {
    if (random.nextInt(8) == 0) {
      return Tensor.full(between(-bound, bound), shape);
    }
    return Tensor.zeros(shape).map(zero -> random.nextInt(2 * bound + 1) - bound);
  }

  /** The images of a geometry. */
  public Tensor images(Geometry g) {
    return whole(3, g.N(), g.C(), g.H(), g.W());
  }

  /** Up to 300 finite scores: of every size, of a usual one, or at the ends of the range. */
  public float[] scores() {
    float[] ends = {0, -0f, 1, -1, Float.MIN_VALUE, Float.MAX_VALUE, -Float.MAX_VALUE};
    List<DoubleSupplier> kinds =
        List.of(
            () -> Float.intBitsToFloat(random.nextInt()),
            () -> 20 * random.nextGaussian(),
            () -> ends[random.nextInt(ends.length)]);
    DoubleSupplier kind = kinds.get(random.nextInt(3));
    float[] scores = new float[draw(1, 300)];
    for (int i = 0; i < scores.length; i++) {
      float score = (float) kind.getAsDouble();
      scores[i] = Float.isFinite(score) ? score : 0;
    }
    note("scores " + Tensor.wrap(scores, scores.length));
    return scores;
  }

  /** The scalar product of two tensors of one shape. */
  public static double inner(Tensor a, Tensor b) {
    return a.mul(b).sum();
  }

  /** Hands a repetition its case; {@code @ExtendWith} it. */
  public static final class Source implements ParameterResolver, TestExecutionExceptionHandler {
    private static final Namespace HERE = Namespace.create(Cases.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
      return parameter.getParameter().getType() == Cases.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
      String id = context.getUniqueId(); // ends in "#7]", the repetition
      int repetition = Integer.parseInt(id.replaceFirst(".*#(\\d+)]$", "$1"));
      Cases cases = new Cases(repetition, SEED * 31 + id.hashCode());
      context.getStore(HERE).put("cases", cases);
      return cases;
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) {
      Cases cases = context.getStore(HERE).get("cases", Cases.class);
      String test =
          context.getRequiredTestClass().getSimpleName()
              + "#"
              + context.getRequiredTestMethod().getName();
      throw new AssertionError(
          "%s%ncase %s, drawn in this order: %s%nagain: mvn -pl lib test -Dtest=%s -Dconvnet.seed=%s"
              .formatted(
                  thrown.getMessage(),
                  cases.repetition,
                  String.join("; ", cases.drawn),
                  test,
                  SEED),
          thrown);
    }
  }
}
