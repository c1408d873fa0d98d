package convnet.array;

/**
 * The product in blocks that fit the processor: down a panel of B, at most {@link #DEPTH} rows deep
 * and two vectors wide, slide six rows of A and C at a time ({@link Tile}).
 *
 * <p>A panel stays in the nearest cache and lies the same way whatever B's layout: unless B comes
 * in {@link Panels}, each is first copied together ("packed"). What lies beside the last columns,
 * where they make no whole panel, is multiplied as well and dropped.
 *
 * <p>Every sum runs over k in order, whatever the tile, so the result of an element does not depend
 * on where in C it lies.
 */
public final class VectorMatmul implements Matmul {
  private static final int L = Tile.L;

  /** How many columns of B are taken side by side: the width of {@link Panels}. */
  public static final int WIDTH = Tile.WIDTH;

  /** How many rows of C are taken at a time: the last few cost as much as these. */
  public static final int ROWS = Tile.ROWS;

  private static final int DEPTH = 256;

  /** What a thread needs beside A, B and C. */
  private static final class Scratch {
    float[] panels = {}; // some rows of B
    final Matrix edge = Matrix.of(new float[ROWS * WIDTH], ROWS); // a tile larger than C's rest
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  /** So many columns, filled up to whole vectors: others are worked on beside C. */
  public static int filledUp(int cols) {
    return (cols + L - 1) / L * L;
  }

  @Override
  public String name() {
    return "vector, " + L + " floats at a time";
  }

  @Override
  public void add(Matrix C, Matrix A, Matrix B) {
    product(C, C, A, B);
  }

  /**
   * {@code C = start + A . B}.
   *
   * @param start {@code (m, n)}, row-major; may be C, or a single row m times
   * @param C {@code (m, n)}, row-major
   * @param A {@code (m, k)}
   * @param B {@code (k, n)}
   */
  public static void product(Matrix start, Matrix C, Matrix A, Matrix B) {
    Scratch scratch = SCRATCH.get();
    scratch.panels = Heap.room(scratch.panels, Panels.size(DEPTH, B.cols()));
    for (int p = 0; p < A.cols(); p += DEPTH) {
      int end = Math.min(p + DEPTH, A.cols());
      Panels part = new Panels(scratch.panels, end - p, B.cols());
      part.pack(B.rows(p, end));
      product(p == 0 ? start : C, C, Indirect.of(A.cols(p, end)), part, 0);
    }
  }

  /** {@code C = start + A . panel}, for so many columns of A, tile by tile down the rows. */
  private static void product(Matrix start, Matrix C, Indirect A, int from, Matrix panel) {
    int width = C.cols();
    boolean whole = width == WIDTH || width == L;
    for (int i = 0; i < C.rows(); i += ROWS) {
      int end = Math.min(i + ROWS, C.rows());
      if (whole && end == i + ROWS) {
        tile(A, i, from, panel, start, C, i);
        continue;
      }
      // The tile is larger than what is left of C: work beside C, hand over what belongs to it.
      Matrix edge = SCRATCH.get().edge;
      Matrix rest = edge.rows(0, end - i).cols(0, width);
      start.rows(i, end).copyTo(rest);
      tile(A, i, from, panel, edge, edge, 0);
      rest.copyTo(C.rows(i, end));
    }
  }

  private static void tile(
      Indirect A, int i, int from, Matrix panel, Matrix start, Matrix C, int to) {
    if (panel.cols() <= L) {
      Tile.half(A, i, from, panel, start, C, to);
    } else {
      Tile.whole(A, i, from, panel, start, C, to);
    }
  }

  /**
   * {@code C = start + A . B}, with k of the rows of a B in panels.
   *
   * @param start {@code (m, n)}, row-major; may be C, or a single row m times
   * @param C {@code (m, n)}, row-major
   * @param A {@code (m, k)}
   * @param B {@code (..., n)}
   * @param row which row of B is the first of k
   */
  public static void product(Matrix start, Matrix C, Indirect A, Panels B, int row) {
    int k = A.cols().length;
    for (int p = 0; p < k; p += DEPTH) {
      for (int j = 0; j < B.count(); j++) {
        Matrix panel = B.panel(j).rows(row + p, row + Math.min(p + DEPTH, k));
        int end = j * WIDTH + panel.cols();
        Matrix s = p == 0 ? start : C;
        product(s.cols(j * WIDTH, end), C.cols(j * WIDTH, end), A, p, panel);
      }
    }
  }
}
