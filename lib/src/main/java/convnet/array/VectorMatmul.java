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
 * on where in C it lies. Dot products ({@link Dots}) take k a vector at a time instead, and add up
 * the lanes at the end.
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
    final float[] lanes = new float[Dots.SCRATCH];
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
    for (int p = 0; p < A.cols(); p += DEPTH) {
      int depth = Math.min(DEPTH, A.cols() - p);
      for (int j = 0; j < C.cols(); j += WIDTH) {
        int end = Math.min(j + WIDTH, C.cols());
        Matrix part = B.rows(p, p + depth).cols(j, end);
        if (!packed) {
          pack(part, scratch.panel);
        }
        addPanel(
            C.cols(j, end),
            A.cols(p, p + depth),
            packed ? B.data() : scratch.panel,
            packed ? part.offset() : 0,
            scratch.edge);
      }
    }
  }

  /** Copies a panel of B in rows of WIDTH, with zeros at the right. */
  private static void pack(Matrix B, float[] panel) {
    if (B.cols() < WIDTH) {
      Arrays.fill(panel, 0, B.rows() * WIDTH, 0f);
    }
    B.copyTo(Matrix.of(panel, 0, B.rows(), WIDTH).cols(0, B.cols()));
  }

  /** {@code C += A . panel}, tile by tile down the rows. */
  private static void addPanel(Matrix C, Matrix A, float[] b, int bi, float[] edge) {
    int m = C.rows();
    int width = C.cols();
    boolean whole = width == WIDTH || width == L;
    for (int i = 0; i < m; i += ROWS) {
      if (whole && i + ROWS <= m) {
        tile(A, i, b, bi, C.data(), C.row(i), C.rowStride(), width);
        continue;
      }
      // The tile is larger than what is left of C: work beside C, hand over what belongs to it.
      // Rows that six does not divide: once more the last six, of which some are done already.
      int first = Math.max(0, Math.min(i, m - ROWS));
      for (int r = i; r < Math.min(m, first + ROWS); r++) {
        System.arraycopy(C.data(), C.row(r), edge, (r - first) * WIDTH, width);
      }
      tile(A, first, b, bi, edge, 0, WIDTH, width);
      for (int r = i; r < Math.min(m, first + ROWS); r++) {
        System.arraycopy(edge, (r - first) * WIDTH, C.data(), C.row(r), width);
      }
    }
  }

  private static void tile(
      Matrix A, int i, float[] b, int bi, float[] c, int ci, int ldc, int width) {
    int k = A.cols();
    if (A.rows() < ROWS) {
      for (int r = 0; r < A.rows(); r++) {
        Tile.oneRow(A.data(), A.row(r), A.colStride(), k, b, bi, c, ci + r * ldc);
      }
    } else if (A.colStride() == 1 && width > L) {
      Tile.across(A.data(), A.row(i), A.rowStride(), k, b, bi, c, ci, ldc);
    } else if (A.colStride() == 1) {
      Tile.acrossHalf(A.data(), A.row(i), A.rowStride(), k, b, bi, c, ci, ldc);
    } else if (width > L) {
      Tile.down(A.data(), A.row(i), A.colStride(), k, b, bi, c, ci, ldc);
    } else {
      Tile.downHalf(A.data(), A.row(i), A.colStride(), k, b, bi, c, ci, ldc);
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
   * {@code C += A . Bᵀ} as dot products of rows: for long rows and few of them, as in a
   * convolution's dW, where turning B round would cost as much as the product. The order of a sum
   * depends on k alone.
   *
   * @param C {@code (m, n)}, row-major
   * @param A {@code (m, k)}, row-major
   * @param B {@code (n, k)}, row-major
   */
  public static void addDots(Matrix C, Matrix A, Matrix B) {
    if (A.cols() < 5 * C.rows()) { // adding up lanes would cost more than packing B the other way
      Matmul.get().add(C, A, B.t());
    } else {
      Dots.add(C, A, B, SCRATCH.get().lanes);
    }
  }
}
