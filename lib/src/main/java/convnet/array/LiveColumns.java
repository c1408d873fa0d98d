package convnet.array;

import java.util.Arrays;

/**
 * The columns of a matrix that are not zero in every row. Behind ReLU these may be few, and a
 * product needs no others: zero times a weight changes no sum. One of these can look through one
 * matrix after another.
 */
public final class LiveColumns {
  /** So many columns of zeros do not end a run: to begin another would cost more. */
  private static final int GAP = 16;

  private float[] sums = {}; // of each column's absolute values
  private int[] columns = {}; // the live ones, ascending
  private int count;

  /** Looks through x; a NaN is not zero. */
  public void find(Matrix x) {
    int n = x.cols();
    makeRoom(n);
    Parallel.split(
        n,
        1024,
        (from, to) -> {
          Arrays.fill(sums, from, to, 0f);
          for (int i = 0; i < x.rows(); i++) {
            Elementwise.addAbs(x.data(), x.row(i) + from, sums, from, to - from);
          }
        });
    count = 0;
    for (int j = 0; j < n; j++) {
      columns[count] = j;
      count += sums[j] == 0 ? 0 : 1;
    }
  }

  /** Takes all of n columns for live. */
  public void all(int n) {
    makeRoom(n);
    Arrays.setAll(columns, j -> j);
    count = n;
  }

  private void makeRoom(int n) {
    sums = Heap.room(sums, n);
    columns = Heap.room(columns, n);
  }

  /** How many there are. */
  public int count() {
    return count;
  }

  /**
   * Hands over the live columns numbered {@code from <= i < to}, in runs of neighbours with few
   * columns of zeros between them.
   *
   * @param longest the most columns of a run
   * @param work gets a run's first column and the one after its last
   */
  public void runs(int from, int to, int longest, Parallel.Range work) {
    for (int i = from; i < to; ) {
      int first = columns[i];
      int end = first;
      while (i < to && columns[i] - end <= GAP && columns[i] - first < longest) {
        end = columns[i++] + 1;
      }
      work.run(first, end);
    }
  }
}
