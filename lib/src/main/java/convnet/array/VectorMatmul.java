package convnet.array;

import java.util.Arrays;

/**
 * The product in blocks that fit the processor: down a panel of B, at most {@link #DEPTH} rows deep
 * and two vectors wide, slide six rows of A and C at a time ({@link Tile}).
 *
 * <p>A panel stays in the nearest cache and lies the same way whatever B's layout: unless B comes
 * as a panel already, it is first copied together ("packed"). The last columns, where they make no
 * whole panel, are filled up with zeros to one vector or two.
 *
 * <p>Every sum runs over k in order, whatever the tile, so the result of an element does not depend
 * on where in C it lies.
 */
public final class VectorMatmul implements Matmul {
  private static final int L = Tile.L;

  /** How many columns of B are taken side by side: the width of {@link Panels}. */
  public static final int WIDTH = Tile.WIDTH;

  private static final int ROWS = Tile.ROWS;
  private static final int DEPTH = 256;

  /** What a thread needs beside A, B and C. */
  private static final class Scratch {
    final float[] panel = new float[DEPTH * WIDTH];
    final float[] edge = new float[ROWS * WIDTH]; // a tile that is larger than what is left of C
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  @Override
  public String name() {
    return "vector, " + L + " floats at a time";
  }

  @Override
  public void add(Matrix C, Matrix A, Matrix B) {
    Scratch scratch = SCRATCH.get();
    boolean packed = B.isPanel(WIDTH);
    boolean along = A.colStride() == 1 && A.rows() >= ROWS;
    Indirect a = along ? null : Indirect.of(A);
    for (int p = 0; p < A.cols(); p += DEPTH) {
      int from = p;
      int depth = Math.min(DEPTH, A.cols() - p);
      for (int j = 0; j < C.cols(); j += WIDTH) {
        int end = Math.min(j + WIDTH, C.cols());
        Matrix part = B.rows(p, p + depth).cols(j, end);
        if (!packed) {
          pack(part, scratch.panel);
        }
        float[] b = packed ? B.data() : scratch.panel;
        int bi = packed ? part.offset() : 0;
        addPanel(
            C.cols(j, end),
            (i, c, ci, ldc) -> {
              if (!along) {
                tile(a, i, from, depth, b, bi, c, ci, ldc, part.cols());
              } else if (part.cols() > L) {
                Tile.across(A.data(), A.row(i) + from, A.rowStride(), depth, b, bi, c, ci, ldc);
              } else {
                Tile.acrossHalf(A.data(), A.row(i) + from, A.rowStride(), depth, b, bi, c, ci, ldc);
              }
            });
      }
    }
  }

  private static void tile(
      Indirect A,
      int i,
      int from,
      int k,
      float[] b,
      int bi,
      float[] c,
      int ci,
      int ldc,
      int width) {
    if (width > L) {
      Tile.indirect(A, i, from, k, b, bi, c, ci, ldc);
    } else {
      Tile.indirectHalf(A, i, from, k, b, bi, c, ci, ldc);
    }
  }

  /** Copies a panel of B in rows of WIDTH, with zeros at the right. */
  private static void pack(Matrix B, float[] panel) {
    if (B.cols() < WIDTH) {
      Arrays.fill(panel, 0, B.rows() * WIDTH, 0f);
    }
    B.copyTo(Matrix.of(panel, 0, B.rows(), WIDTH).cols(0, B.cols()));
  }

  /** Adds six rows of a product, from row i on, to the rows of c that are ldc apart. */
  private interface Six {
    void add(int i, float[] c, int ci, int ldc);
  }

  /** {@code C += A . panel}, tile by tile down the rows. */
  private static void addPanel(Matrix C, Six rows) {
    float[] edge = SCRATCH.get().edge;
    int m = C.rows();
    int width = C.cols();
    boolean whole = width == WIDTH || width == L;
    for (int i = 0; i < m; i += ROWS) {
      if (whole && i + ROWS <= m) {
        rows.add(i, C.data(), C.row(i), C.rowStride());
        continue;
      }
      // The tile is larger than what is left of C: work beside C, hand over what belongs to it.
      // Rows that six does not divide: once more the last six, of which some are done already.
      int first = Math.max(0, Math.min(i, m - ROWS));
      for (int r = i; r < Math.min(m, first + ROWS); r++) {
        System.arraycopy(C.data(), C.row(r), edge, (r - first) * WIDTH, width);
      }
      rows.add(first, edge, 0, WIDTH);
      for (int r = i; r < Math.min(m, first + ROWS); r++) {
        System.arraycopy(edge, (r - first) * WIDTH, C.data(), C.row(r), width);
      }
    }
  }

  /**
   * {@code C += A . B}, with B in panels.
   *
   * @param C {@code (m, n)}, row-major
   * @param A {@code (m, k)}, possibly transposed
   * @param B {@code (k, n)}
   */
  public static void addPanels(Matrix C, Matrix A, Panels B) {
    for (int j = 0; j < B.count(); j++) {
      Matrix panel = B.panel(j);
      Matmul.get().add(C.cols(j * WIDTH, j * WIDTH + panel.cols()), A, panel);
    }
  }

  /**
   * {@code C += A . B}, for an A that is not in memory.
   *
   * @param C {@code (m, n)}, row-major
   * @param A {@code (m, k)}
   * @param B {@code (k, n)}, in panels
   */
  public static void addPanels(Matrix C, Indirect A, Panels B) {
    for (int p = 0; p < A.cols().length; p += DEPTH) {
      int from = p;
      int depth = Math.min(DEPTH, A.cols().length - p);
      for (int j = 0; j < B.count(); j++) {
        Matrix panel = B.panel(j);
        float[] b = panel.data();
        int bi = panel.row(from);
        addPanel(
            C.cols(j * WIDTH, j * WIDTH + panel.cols()),
            (i, c, ci, ldc) -> tile(A, i, from, depth, b, bi, c, ci, ldc, panel.cols()));
      }
    }
  }
}
