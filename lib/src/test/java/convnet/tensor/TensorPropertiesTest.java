package convnet.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.array.Engines;
import convnet.array.Matmul;
import convnet.array.Matrix;
import convnet.testing.Cases;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/** What holds for every tensor, matrix product and row of scores. */
@ExtendWith(Cases.Source.class)
class TensorPropertiesTest {
  @RepeatedTest(value = 1000, failureThreshold = 1)
  void reshapeKeepsTheOrderAndComesBack(Cases cases) {
    int[] shape = cases.shape();
    int axis = cases.between(0, 4);
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

  @RepeatedTest(value = 1000, failureThreshold = 1)
  void transposeMovesEveryElementAndComesBack(Cases cases) {
    int[] shape = cases.shape();
    Random random = cases.random();
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

  @RepeatedTest(value = 300, failureThreshold = 1)
  void everyEngineFindsTheSameProduct(Cases cases) {
    int m = cases.between(1, 70);
    int n = cases.between(1, 70);
    int k = cases.between(1, 700);
    Tensor A = cases.whole(3, m, k);
    Tensor B = cases.whole(3, k, n);
    Tensor expected = Tensor.zeros(m, n);
    Matrix a = Matrix.of(A.array(), m);
    Matmul.plain().add(Matrix.of(expected.array(), m), a, Matrix.of(B.array(), k));
    assertArrayEquals(expected.array(), A.dot(B).array());
    if (Engines.fast()) {
      Tensor turned = Tensor.zeros(m, n);
      Matrix At = Matrix.of(A.transpose(1, 0).array(), k);
      Matrix Bt = Matrix.of(B.transpose(1, 0).array(), n);
      Matmul.get().add(Matrix.of(turned.array(), m), At.t(), Bt.t());
      assertArrayEquals(expected.array(), turned.array());
    }
  }

  @RepeatedTest(value = 1000, failureThreshold = 1)
  void softmaxDoesNotSeeAShift(Cases cases) {
    int N = cases.between(1, 9);
    int K = cases.between(1, 40);
    int shift = cases.between(-100_000, 100_000);
    Tensor x = cases.whole(50, N, K);
    assertArrayEquals(
        Functions.softmax(x).array(), Functions.softmax(x.map(v -> v + shift)).array());
  }

  @RepeatedTest(value = 1000, failureThreshold = 1)
  void softmaxAndLossAreFiniteForEveryFiniteScore(Cases cases) {
    float[] scores = cases.scores();
    int answer = cases.between(0, 299);
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
