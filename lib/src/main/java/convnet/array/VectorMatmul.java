package convnet.array;

import java.util.Arrays;

/**
 * The product in blocks that fit the processor: down a panel of B, at most {@link #DEPTH} rows deep
 * and two vectors wide, slide six or eight rows of A and C at a time ({@link Tile}).
 *
 * <p>A panel stays in the nearest cache and lies the same way whatever B's layout: unless B comes
 * in {@link Panels}, each is first copied together ("packed"). The last columns, where they make no
 * whole panel, are filled up with zeros to one vector or two.
 *
 * <p>Every sum runs over k in order, whatever the tile, so the result of an element does not depend
 * on where in C it lies.
 */
public final class VectorMatmul implements Matmul {
  private static final int L = Tile.L;

  /** How many columns of B are taken side by side: the width of {@link Panels}. */
  public static final int WIDTH = Tile.WIDTH;

  private static final int DEPTH = 256;

  /** The shortest run of columns that is worth a tile of its own. */
  private static final int SHORTEST = 16;

  private static final boolean MANY_REGISTERS = L >= 16; // AVX-512 has 32, AVX2 has 16

  /** What a thread needs beside A, B and C. */
  private static final class Scratch {
    final float[] panel = new float[DEPTH * WIDTH];
    final float[] edge = new float[Tile.ROWS_ALONG * WIDTH]; // a tile that is larger than C's rest
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  @Override
  public String name() {
    return "vector, " + L + " floats at a time";
  }

  @Override
  public void add(Matrix C, Matrix A, Matrix B) {
    float[] packed = SCRATCH.get().panel;
    Indirect a = Indirect.of(A);
    for (int p = 0; p < A.cols(); p += DEPTH) {
      int end = Math.min(p + DEPTH, A.cols());
      for (int j = 0; j < C.cols(); j += WIDTH) {
        Matrix part = B.rows(p, end).cols(j, Math.min(j + WIDTH, C.cols()));
        pack(part, packed);
        Matrix panel = Matrix.of(packed, 0, part.rows(), WIDTH).cols(0, part.cols());
        addPanel(C.cols(j, j + part.cols()), a, p, panel);
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

  /** {@code C += A . panel}, for so many columns of A, tile by tile down the rows. */
  private static void addPanel(Matrix C, Indirect A, int from, Matrix panel) {
    float[] edge = SCRATCH.get().edge;
    int m = C.rows();
    int width = C.cols();
    boolean whole = width == WIDTH || width == L;
    boolean along = MANY_REGISTERS && width > L && A.run() >= SHORTEST;
    int high = along ? Tile.ROWS_ALONG : Tile.ROWS;
    for (int i = 0; i < m; i += high) {
      if (whole && i + high <= m) {
        tile(A, i, from, panel, along, C.data(), C.row(i), C.rowStride());
        continue;
      }
      // The tile is larger than what is left of C: work beside C, hand over what belongs to it.
      int rows = Math.min(high, m - i);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(C.data(), C.row(i + r), edge, r * WIDTH, width);
      }
      tile(A, i, from, panel, along, edge, 0, WIDTH);
      for (int r = 0; r < rows; r++) {
        System.arraycopy(edge, r * WIDTH, C.data(), C.row(i + r), width);
      }
    }
  }

  private static void tile(
      Indirect A, int i, int from, Matrix panel, boolean along, float[] c, int ci, int ldc) {
    int k = panel.rows();
    float[] b = panel.data();
    int bi = panel.offset();
    if (panel.cols() <= L) {
      Tile.half(A, i, from, k, b, bi, c, ci, ldc);
    } else if (!along) {
      Tile.whole(A, i, from, k, b, bi, c, ci, ldc);
    } else {
      for (int p = 0, run; p < k; p += run) {
        run = Math.min(A.run() - (from + p) % A.run(), k - p);
        Tile.along(A, i, from + p, run, b, bi + p * WIDTH, c, ci, ldc);
      }
    }
  }

  /**
   * {@code C += A . B}, with B in panels.
   *
   * @param C {@code (m, n)}, row-major
   * @param A {@code (m, k)}
   * @param B {@code (k, n)}
   */
  public static void addPanels(Matrix C, Indirect A, Panels B) {
    for (int p = 0; p < B.rows(); p += DEPTH) {
      for (int j = 0; j < B.count(); j++) {
        Matrix panel = B.panel(j).rows(p, Math.min(p + DEPTH, B.rows()));
        addPanel(C.cols(j * WIDTH, j * WIDTH + panel.cols()), A, p, panel);
      }
    }
  }
}
