package convnet.tensor;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product in blocks that fit the processor. Over a panel of B, at most {@link #DEPTH} rows deep
 * and two vectors wide, slides a tile of five rows of A and C. The tile's ten sums live in vector
 * registers: per step two loads of B, five numbers of A spread over a vector, ten multiply-adds, so
 * that the multipliers never wait for memory. Ten sums and what they need fit into the 16 registers
 * that every processor with vectors has.
 *
 * <p>A panel is first copied together ("packed"), so that it stays in the nearest cache and lies
 * the same way whatever B's layout. Of the columns that make no whole panel, few are done in
 * another way, with vectors along k or along the rows of C ({@link #add}), many by a panel filled
 * up with zeros.
 *
 * <p>Every sum runs over k in order, whatever the tile, so the result of an element does not depend
 * on where in C it lies. Dot products ({@link #addDots}) take k a vector at a time instead, and add
 * up the lanes at the end.
 */
final class VectorMatmul implements Matmul {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final int WIDTH = 2 * L;
  private static final int DEPTH = 256;
  private static final int ROWS = 5;

  /** Sums over this many k are worth being added up in lanes at the end. */
  private static final int LONG = 32 * L;

  /** Where the tile for the right edge begins, behind the packed panel. */
  private static final int EDGE = DEPTH * WIDTH;

  /** What a thread needs beside A, B and C. */
  private static final class Scratch {
    final float[] panel = new float[EDGE + ROWS * WIDTH]; // a part of B, and the edge tile
    float[] strip = {}; // the last columns of C or B, row by row
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  @Override
  public String name() {
    return "vector, " + L + " floats at a time";
  }

  @Override
  public void add(Matrix C, Matrix A, Matrix B) {
    Scratch scratch = SCRATCH.get();
    int over = C.cols() % WIDTH; // columns of C that make no whole panel
    int whole = C.cols() - over;
    boolean few = over > 0 && over <= L / 2;
    if (few && A.colStride() == 1 && A.cols() >= LONG) {
      Matrix last = B.cols(whole, C.cols()).t();
      scratch.strip = room(scratch.strip, last);
      addDots(C.cols(whole, C.cols()), A, rowMajor(last, scratch.strip), scratch.panel);
    } else if (few && A.rowStride() == 1 && C.rows() >= WIDTH && C.cols() >= ROWS) {
      addTransposed(C, A, B, over, scratch);
    } else {
      whole = C.cols();
    }
    addPanels(C.cols(0, whole), A, B.cols(0, whole), scratch);
  }

  /**
   * The last columns of C, where A is transposed in memory: {@code Cᵀ += Bᵀ . Aᵀ} has vectors along
   * the rows of C instead, of which there are enough. It takes the last five columns, of which it
   * hands over only those wanted.
   */
  private static void addTransposed(Matrix C, Matrix A, Matrix B, int wanted, Scratch scratch) {
    int n = C.cols();
    int width = Math.max(ROWS, wanted);
    Matrix last = C.cols(n - width, n).t();
    scratch.strip = room(scratch.strip, last);
    Matrix sums = rowMajor(last, scratch.strip);
    addPanels(sums, B.cols(n - width, n).t(), A.t(), scratch);
    for (int j = width - wanted; j < width; j++) {
      for (int i = 0; i < C.rows(); i++) {
        C.data()[C.row(i) + n - width + j] = sums.data()[sums.row(j) + i];
      }
    }
  }

  private static void addPanels(Matrix C, Matrix A, Matrix B, Scratch scratch) {
    for (int p = 0; p < A.cols(); p += DEPTH) {
      int depth = Math.min(DEPTH, A.cols() - p);
      for (int j = 0; j < C.cols(); j += WIDTH) {
        int end = Math.min(j + WIDTH, C.cols());
        pack(B.rows(p, p + depth).cols(j, end), scratch.panel);
        addPanel(C.cols(j, end), A.cols(p, p + depth), scratch.panel);
      }
    }
  }

  private static float[] room(float[] array, Matrix M) {
    int size = M.rows() * M.cols();
    return array.length < size ? new float[size] : array;
  }

  /** The matrix itself, or a copy row by row if it lies transposed. */
  private static Matrix rowMajor(Matrix M, float[] copy) {
    if (M.colStride() == 1) {
      return M;
    }
    for (int j = 0; j < M.cols(); j++) {
      spread(M.data(), M.offset() + j * M.colStride(), M.rows(), copy, j, M.cols());
    }
    return Matrix.of(copy, 0, M.rows(), M.cols());
  }

  private static void spread(float[] from, int fi, int size, float[] to, int ti, int step) {
    for (int i = 0; i < size; i++) {
      to[ti + i * step] = from[fi + i];
    }
  }

  /** Copies a panel of B in rows of WIDTH, with zeros at the right. */
  private static void pack(Matrix B, float[] panel) {
    float[] b = B.data();
    int depth = B.rows();
    int width = B.cols();
    if (width < WIDTH) {
      Arrays.fill(panel, 0, depth * WIDTH, 0f);
    }
    if (B.colStride() != 1) {
      for (int c = 0; c < width; c++) {
        spread(b, B.offset() + c * B.colStride(), depth, panel, c, WIDTH);
      }
    } else if (width == WIDTH) {
      for (int q = 0; q < depth; q++) {
        FloatVector.fromArray(S, b, B.row(q)).intoArray(panel, q * WIDTH);
        FloatVector.fromArray(S, b, B.row(q) + L).intoArray(panel, q * WIDTH + L);
      }
    } else {
      for (int q = 0; q < depth; q++) {
        System.arraycopy(b, B.row(q), panel, q * WIDTH, width);
      }
    }
  }

  /** {@code C += A . panel}, tile by tile down the rows. */
  private static void addPanel(Matrix C, Matrix A, float[] panel) {
    int m = C.rows();
    int width = C.cols();
    int rows = Math.min(ROWS, m);
    for (int i = 0; i < m; i += ROWS) {
      if (i + ROWS <= m && width == WIDTH) {
        tile(ROWS, WIDTH, A, i, panel, C.data(), C.row(i), C.rowStride());
        continue;
      }
      // The tile is larger than what is left of C: work beside C, hand over what belongs to it.
      // Rows that five does not divide: once more the last five, of which some are done already.
      int first = Math.max(0, Math.min(i, m - ROWS));
      for (int r = i; r < Math.min(m, first + ROWS); r++) {
        System.arraycopy(C.data(), C.row(r), panel, EDGE + (r - first) * WIDTH, width);
      }
      tile(rows, width, A, first, panel, panel, EDGE, WIDTH);
      for (int r = i; r < Math.min(m, first + ROWS); r++) {
        System.arraycopy(panel, EDGE + (r - first) * WIDTH, C.data(), C.row(r), width);
      }
    }
  }

  private static void tile(
      int rows, int width, Matrix A, int i, float[] b, float[] c, int ci, int ldc) {
    float[] a = A.data();
    int down = A.rowStride();
    int along = A.colStride();
    if (rows < ROWS) {
      for (int r = 0; r < rows; r++) {
        oneRow(a, A.row(i + r), along, A.cols(), b, c, ci + r * ldc);
      }
    } else if (width <= L) {
      narrow(a, A.row(i), down, along, A.cols(), b, c, ci, ldc);
    } else {
      wide(a, A.row(i), down, along, A.cols(), b, c, ci, ldc);
    }
  }

  /**
   * Five rows of A with a panel, two vectors wide; A's strides are {@code down} and {@code along}.
   */
  private static void wide(
      float[] a, int ai, int down, int along, int k, float[] b, float[] c, int ci, int ldc) {
    FloatVector c00 = FloatVector.fromArray(S, c, ci);
    FloatVector c01 = FloatVector.fromArray(S, c, ci + L);
    FloatVector c10 = FloatVector.fromArray(S, c, ci + ldc);
    FloatVector c11 = FloatVector.fromArray(S, c, ci + ldc + L);
    FloatVector c20 = FloatVector.fromArray(S, c, ci + 2 * ldc);
    FloatVector c21 = FloatVector.fromArray(S, c, ci + 2 * ldc + L);
    FloatVector c30 = FloatVector.fromArray(S, c, ci + 3 * ldc);
    FloatVector c31 = FloatVector.fromArray(S, c, ci + 3 * ldc + L);
    FloatVector c40 = FloatVector.fromArray(S, c, ci + 4 * ldc);
    FloatVector c41 = FloatVector.fromArray(S, c, ci + 4 * ldc + L);
    for (int p = 0; p < k; p++) {
      int ap = ai + p * along;
      FloatVector b0 = FloatVector.fromArray(S, b, p * WIDTH);
      FloatVector b1 = FloatVector.fromArray(S, b, p * WIDTH + L);
      FloatVector x = FloatVector.broadcast(S, a[ap]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(S, a[ap + down]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(S, a[ap + 2 * down]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(S, a[ap + 3 * down]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(S, a[ap + 4 * down]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
    }
    c00.intoArray(c, ci);
    c01.intoArray(c, ci + L);
    c10.intoArray(c, ci + ldc);
    c11.intoArray(c, ci + ldc + L);
    c20.intoArray(c, ci + 2 * ldc);
    c21.intoArray(c, ci + 2 * ldc + L);
    c30.intoArray(c, ci + 3 * ldc);
    c31.intoArray(c, ci + 3 * ldc + L);
    c40.intoArray(c, ci + 4 * ldc);
    c41.intoArray(c, ci + 4 * ldc + L);
  }

  /** Five rows, one vector, at the right edge. */
  private static void narrow(
      float[] a, int ai, int down, int along, int k, float[] b, float[] c, int ci, int ldc) {
    FloatVector c0 = FloatVector.fromArray(S, c, ci);
    FloatVector c1 = FloatVector.fromArray(S, c, ci + ldc);
    FloatVector c2 = FloatVector.fromArray(S, c, ci + 2 * ldc);
    FloatVector c3 = FloatVector.fromArray(S, c, ci + 3 * ldc);
    FloatVector c4 = FloatVector.fromArray(S, c, ci + 4 * ldc);
    for (int p = 0; p < k; p++) {
      int ap = ai + p * along;
      FloatVector b0 = FloatVector.fromArray(S, b, p * WIDTH);
      c0 = FloatVector.broadcast(S, a[ap]).fma(b0, c0);
      c1 = FloatVector.broadcast(S, a[ap + down]).fma(b0, c1);
      c2 = FloatVector.broadcast(S, a[ap + 2 * down]).fma(b0, c2);
      c3 = FloatVector.broadcast(S, a[ap + 3 * down]).fma(b0, c3);
      c4 = FloatVector.broadcast(S, a[ap + 4 * down]).fma(b0, c4);
    }
    c0.intoArray(c, ci);
    c1.intoArray(c, ci + ldc);
    c2.intoArray(c, ci + 2 * ldc);
    c3.intoArray(c, ci + 3 * ldc);
    c4.intoArray(c, ci + 4 * ldc);
  }

  /** One row, two vectors, where there are not even five. */
  private static void oneRow(float[] a, int ai, int along, int k, float[] b, float[] c, int ci) {
    FloatVector c0 = FloatVector.fromArray(S, c, ci);
    FloatVector c1 = FloatVector.fromArray(S, c, ci + L);
    for (int p = 0; p < k; p++) {
      FloatVector x = FloatVector.broadcast(S, a[ai + p * along]);
      c0 = x.fma(FloatVector.fromArray(S, b, p * WIDTH), c0);
      c1 = x.fma(FloatVector.fromArray(S, b, p * WIDTH + L), c1);
    }
    c0.intoArray(c, ci);
    c1.intoArray(c, ci + L);
  }

  @Override
  public void addDots(Matrix C, Matrix A, Matrix B) {
    if (A.cols() < 5 * C.rows()) { // adding up lanes would cost more than packing B the other way
      addPanels(C, A, B.t(), SCRATCH.get());
    } else {
      addDots(C, A, B, SCRATCH.get().panel);
    }
  }

  private static void addDots(Matrix C, Matrix A, Matrix B, float[] sums) {
    int m = C.rows();
    int n = C.cols();
    int whole = A.cols() / L * L; // the rest, less than a vector, is added at the end
    for (int i = 0; i < m; ) {
      int rows = i + ROWS <= m ? ROWS : 1;
      for (int j = 0; j < n; ) {
        int cols = j + 2 <= n ? 2 : 1;
        int ai = A.offset() + i * A.rowStride();
        int bj = B.offset() + j * B.rowStride();
        if (rows == ROWS && cols == 2) {
          dots(A.data(), ai, A.rowStride(), whole, B.data(), bj, B.rowStride(), sums);
        } else {
          for (int r = 0; r < rows; r++) {
            for (int s = 0; s < cols; s++) {
              int ar = ai + r * A.rowStride();
              dot(A.data(), ar, whole, B.data(), bj + s * B.rowStride(), sums, (2 * r + s) * L);
            }
          }
        }
        for (int r = 0; r < rows; r++) {
          int cij = C.offset() + (i + r) * C.rowStride() + j;
          addLanes(sums, 2 * r * L, C.data(), cij, cols);
          for (int s = 0; s < cols; s++) {
            for (int p = whole; p < A.cols(); p++) {
              C.data()[cij + s] +=
                  A.data()[ai + r * A.rowStride() + p] * B.data()[bj + s * B.rowStride() + p];
            }
          }
        }
        j += cols;
      }
      i += rows;
    }
  }

  /** Five rows of A with two of B: ten vectors of partial sums, k a multiple of L. */
  private static void dots(
      float[] a, int a0, int lda, int k, float[] b, int b0, int ldb, float[] sums) {
    FloatVector c00 = FloatVector.zero(S);
    FloatVector c01 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    for (int p = 0; p < k; p += L) {
      FloatVector u = FloatVector.fromArray(S, b, b0 + p);
      FloatVector v = FloatVector.fromArray(S, b, b0 + ldb + p);
      FloatVector x = FloatVector.fromArray(S, a, a0 + p);
      c00 = x.fma(u, c00);
      c01 = x.fma(v, c01);
      x = FloatVector.fromArray(S, a, a0 + lda + p);
      c10 = x.fma(u, c10);
      c11 = x.fma(v, c11);
      x = FloatVector.fromArray(S, a, a0 + 2 * lda + p);
      c20 = x.fma(u, c20);
      c21 = x.fma(v, c21);
      x = FloatVector.fromArray(S, a, a0 + 3 * lda + p);
      c30 = x.fma(u, c30);
      c31 = x.fma(v, c31);
      x = FloatVector.fromArray(S, a, a0 + 4 * lda + p);
      c40 = x.fma(u, c40);
      c41 = x.fma(v, c41);
    }
    c00.intoArray(sums, 0);
    c01.intoArray(sums, L);
    c10.intoArray(sums, 2 * L);
    c11.intoArray(sums, 3 * L);
    c20.intoArray(sums, 4 * L);
    c21.intoArray(sums, 5 * L);
    c30.intoArray(sums, 6 * L);
    c31.intoArray(sums, 7 * L);
    c40.intoArray(sums, 8 * L);
    c41.intoArray(sums, 9 * L);
  }

  private static void dot(float[] a, int ai, int k, float[] b, int bj, float[] sums, int at) {
    FloatVector sum = FloatVector.zero(S);
    for (int p = 0; p < k; p += L) {
      sum = FloatVector.fromArray(S, a, ai + p).fma(FloatVector.fromArray(S, b, bj + p), sum);
    }
    sum.intoArray(sums, at);
  }

  /**
   * Adds to one or two numbers of C the lanes of as many vectors, in an order of our own:
   * reduceLanes does not promise one.
   */
  private static void addLanes(float[] sums, int at, float[] c, int ci, int cols) {
    float even0 = 0; // four sums, so that no addition waits for the one before it
    float odd0 = 0;
    float even1 = 0;
    float odd1 = 0;
    for (int l = at; l < at + L; l += 2) {
      even0 += sums[l];
      odd0 += sums[l + 1];
      even1 += sums[l + L];
      odd1 += sums[l + L + 1];
    }
    c[ci] += even0 + odd0;
    if (cols == 2) {
      c[ci + 1] += even1 + odd1;
    }
  }
}
