package convnet.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.tensor.Tensor;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

/** Every column that is not zero is in one run, and few others are. */
@EnabledIf("convnet.array.Engines#vector")
class LiveColumnsTest {
  private static final int MOST_ZEROS = 16; // between two live columns of a run

  private static LiveColumns find(Tensor x) {
    LiveColumns live = new LiveColumns();
    live.find(Matrix.of(x.array(), x.dim(0)));
    return live;
  }

  @Test
  void whatIsNotZeroInAnyRowIsLive() {
    Tensor x = Tensor.zeros(3, 90);
    x.set(-0f, 2, 5); // zero
    x.set(1, 0, 20);
    x.set(2, 0, 40); // these two add up to zero
    x.set(-2, 1, 40);
    x.set(Float.NaN, 2, 60);
    x.set(Float.MIN_VALUE, 1, 89);
    LiveColumns live = find(x);
    assertEquals(4, live.count());
    StringBuilder runs = new StringBuilder();
    live.runs(0, 4, 90, (from, to) -> runs.append(from).append('-').append(to).append(' '));
    assertEquals("20-21 40-41 60-61 89-90 ", runs.toString());
  }

  @Test
  void runsHoldEveryLiveColumnOnce() {
    Random random = new Random(1);
    LiveColumns live = new LiveColumns();
    for (int n : new int[] {1, 15, 100, 3000, 40}) {
      for (double density : new double[] {0, 0.02, 0.2, 1}) {
        Tensor x = Tensor.zeros(2, n).map(v -> random.nextDouble() < density ? 1 : 0);
        live.find(Matrix.of(x.array(), 2));
        for (int longest : new int[] {1, 7, n}) {
          int half = live.count() / 2;
          int[] covered = new int[n];
          int[] end = {-1 - MOST_ZEROS};
          for (int[] part : new int[][] {{0, half}, {half, live.count()}}) {
            live.runs(
                part[0],
                part[1],
                longest,
                (first, behind) -> {
                  assertTrue(first >= end[0] && behind > first && behind - first <= longest);
                  assertTrue(alive(x, first) && alive(x, behind - 1));
                  int zeros = 0;
                  for (int j = first; j < behind; j++) {
                    covered[j]++;
                    zeros = alive(x, j) ? 0 : zeros + 1;
                    assertTrue(zeros <= MOST_ZEROS);
                  }
                  end[0] = behind;
                });
          }
          int count = 0;
          for (int j = 0; j < n; j++) {
            count += alive(x, j) ? 1 : 0;
            assertTrue(covered[j] <= 1 && (covered[j] == 1 || !alive(x, j)));
          }
          assertEquals(count, live.count());
        }
      }
    }
  }

  private static boolean alive(Tensor x, int j) {
    return x.get(0, j) != 0 || x.get(1, j) != 0;
  }

  @Test
  void allAreLiveWhereNobodyLooked() {
    LiveColumns live = find(Tensor.zeros(1, 3));
    assertEquals(0, live.count());
    live.all(50);
    assertEquals(50, live.count());
    live.runs(10, 40, 50, (from, to) -> assertEquals("10 40", from + " " + to));
  }
}
