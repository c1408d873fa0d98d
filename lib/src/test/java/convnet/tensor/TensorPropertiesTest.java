package convnet.tensor;

import static convnet.testing.Cases.whole;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.testing.Cases;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import net.jqwik.api.domains.DomainContext;

/** What holds for every tensor, matrix product and row of scores. */
@Domain(Cases.class)
@Domain(DomainContext.Global.class)
class TensorPropertiesTest {
  @Property
  void reshapeKeepsTheOrderAndComesBack(@ForAll int[] shape, @ForAll @IntRange(max = 4) int axis) {
    Tensor x = Tensor.arange(shape);
    Tensor flat = x.reshape(-1);
    assertEquals(x.size(), flat.dim(0));
    assertArrayEquals(x.array(), flat.array());
    int[] open = shape.clone();
    open[axis % shape.length] = -1; // worked out from the others
    Tensor back = flat.reshape(open);
    assertEquals(x.shape(), back.shape());
    assertArrayEquals(x.array(), back.array());
  }

  @Property
  void transposeMovesEveryElementAndComesBack(@ForAll int[] shape, @ForAll Random random) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < shape.length; i++) {
      order.add(i);
    }
    Collections.shuffle(order, random);
    int[] axes = order.stream().mapToInt(i -> i).toArray();
    int[] inverse = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      inverse[axes[i]] = i;
    }
    Tensor x = Tensor.arange(shape);
    Tensor turned = x.transpose(axes);
    int[] from = new int[axes.length];
    int[] to = new int[axes.length];
    for (int draw = 0; draw < 20; draw++) {
      for (int i = 0; i < axes.length; i++) {
        from[i] = random.nextInt(shape[i]);
      }
      for (int i = 0; i < axes.length; i++) {
        to[i] = from[axes[i]];
      }
      assertEquals(x.get(from), turned.get(to));
    }
    Tensor back = turned.transpose(inverse);
    assertEquals(x.shape(), back.shape());
    assertArrayEquals(x.array(), back.array());
  }

  @Property(tries = 300)
  void everyEngineFindsTheSameProduct(
      @ForAll @IntRange(min = 1, max = 70) int m,
      @ForAll @IntRange(min = 1, max = 70) int n,
      @ForAll @IntRange(min = 1, max = 700) int k,
      @ForAll Random random) {
    Tensor A = whole(random, 3, m, k);
    Tensor B = whole(random, 3, k, n);
    Tensor expected = Tensor.zeros(m, n);
    Matmul.plain().add(Matrix.of(expected, m), Matrix.of(A, m), Matrix.of(B, k));
    assertArrayEquals(expected.array(), A.dot(B).array());
    Tensor dots = Tensor.zeros(m, n);
    Matmul.get().addDots(Matrix.of(dots, m), Matrix.of(A, m), Matrix.of(B.transpose(1, 0), n));
    assertArrayEquals(expected.array(), dots.array());
  }

  @Property
  void softmaxDoesNotSeeAShift(
      @ForAll @IntRange(min = 1, max = 9) int N,
      @ForAll @IntRange(min = 1, max = 40) int K,
      @ForAll @IntRange(min = -100_000, max = 100_000) int shift,
      @ForAll Random random) {
    Tensor x = whole(random, 50, N, K);
    assertArrayEquals(
        Functions.softmax(x).array(), Functions.softmax(x.map(v -> v + shift)).array());
  }

  @Property
  void softmaxAndLossAreFiniteForEveryFiniteScore(
      @ForAll @Size(min = 1, max = 300) @FloatRange(min = -Float.MAX_VALUE, max = Float.MAX_VALUE)
          float[] scores,
      @ForAll @IntRange(max = 299) int answer) {
    int K = scores.length;
    Tensor y = Functions.softmax(Tensor.wrap(scores, 1, K));
    for (float p : y.array()) {
      assertTrue(p >= 0 && p <= 1, () -> "a probability of " + p);
    }
    assertEquals(1, y.sum(), 1e-5);
    double loss = Functions.crossEntropyError(y, Tensor.of(answer % K));
    assertTrue(loss >= -1e-6 && loss < 17, () -> "a loss of " + loss); // -log(1e-7) is 16.1
  }
}
