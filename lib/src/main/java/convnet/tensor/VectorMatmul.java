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
 * <p>A panel that many tiles use is first copied together ("packed"), so that it stays in the
 * nearest cache; so is one that lies transposed in memory or sticks out over the right edge, where
 * zeros fill it up. What is left at the edge is one vector wide if that is enough.
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

  /** With fewer rows than this a panel is used too seldom to be worth a copy. */
  private static final int PACK_FROM_ROWS = 48;

  /** Per thread: the packed panel of B, and behind it a tile of C for the right edge. */
  private static final ThreadLocal<float[]> SCRATCH =
      ThreadLocal.withInitial(() -> new float[(DEPTH + ROWS) * WIDTH]);

  private static final int EDGE = DEPTH * WIDTH;

  @Override
  public String name() {
    return "vector, " + L + " floats at a time";
  }

  @Override
  public void add(Matrix C, Matrix A, Matrix B) {
    float[] scratch = SCRATCH.get();
    boolean asItLies = B.colStride() == 1 && C.rows() < PACK_FROM_ROWS;
    for (int p = 0; p < A.cols(); p += DEPTH) {
      int depth = Math.min(DEPTH, A.cols() - p);
      Matrix Ap = A.cols(p, p + depth);
      for (int j = 0; j < C.cols(); j += WIDTH) {
        int width = Math.min(WIDTH, C.cols() - j);
        Matrix panel = B.rows(p, p + depth).cols(j, j + width);
        if (width < WIDTH || !asItLies) {
          panel = pack(panel, scratch);
        }
        addPanel(C.cols(j, j + width), Ap, panel, scratch);
      }
    }
  }

  /** A copy of a panel in rows of WIDTH, zeros at the right. */
  private static Matrix pack(Matrix B, float[] scratch) {
    float[] b = B.data();
    int depth = B.rows();
    int width = B.cols();
    if (width < WIDTH) {
      Arrays.fill(scratch, 0, depth * WIDTH, 0f);
    }
    if (width == WIDTH && B.colStride() == 1) {
      for (int q = 0; q < depth; q++) {
        FloatVector.fromArray(S, b, B.row(q)).intoArray(scratch, q * WIDTH);
        FloatVector.fromArray(S, b, B.row(q) + L).intoArray(scratch, q * WIDTH + L);
      }
    } else if (B.colStride() == 1) {
      for (int q = 0; q < depth; q++) {
        System.arraycopy(b, B.row(q), scratch, q * WIDTH, width);
      }
    } else {
      for (int c = 0; c < width; c++) {
        int column = B.offset() + c * B.colStride();
        for (int q = 0; q < depth; q++) {
          scratch[q * WIDTH + c] = b[column + q * B.rowStride()];
        }
      }
    }
    return new Matrix(scratch, 0, depth, width, WIDTH, 1);
  }

  /** {@code C += A . panel}, tile by tile down the rows. */
  private static void addPanel(Matrix C, Matrix A, Matrix panel, float[] scratch) {
    int m = C.rows();
    int width = C.cols();
    int rows = Math.min(ROWS, m);
    for (int i = 0; i < m; i += ROWS) {
      // Rows that five does not divide: once more the last five, of which some are done already.
      int first = Math.max(0, Math.min(i, m - ROWS));
      if (first == i && rows == ROWS && width == WIDTH) {
        tile(rows, A, i, panel, C.data(), C.row(i), C.rowStride());
        continue;
      }
      // The tile is larger than what is left of C: sum beside C, hand over what belongs to it.
      Arrays.fill(scratch, EDGE, EDGE + ROWS * WIDTH, 0f);
      if (rows == ROWS) {
        tile(rows, A, first, panel, scratch, EDGE, WIDTH);
      } else {
        for (int r = 0; r < rows; r++) {
          tile(1, A, r, panel, scratch, EDGE + r * WIDTH, WIDTH);
        }
      }
      for (int r = i; r < Math.min(m, first + ROWS); r++) {
        int from = EDGE + (r - first) * WIDTH;
        for (int c = 0; c < width; c++) {
          C.data()[C.row(r) + c] += scratch[from + c];
        }
      }
    }
  }

  private static void tile(int rows, Matrix A, int i, Matrix B, float[] c, int ci, int ldc) {
    int ai = A.offset() + i * A.rowStride();
    int k = A.cols();
    if (rows == 1) {
      oneRow(A.data(), ai, A.colStride(), k, B.data(), B.offset(), B.rowStride(), c, ci);
    } else if (B.cols() <= L) {
      narrow(A.data(), ai, A.rowStride(), A.colStride(), k, B.data(), B.offset(), c, ci);
    } else {
      wide(
          A.data(),
          ai,
          A.rowStride(),
          A.colStride(),
          k,
          B.data(),
          B.offset(),
          B.rowStride(),
          c,
          ci,
          ldc);
    }
  }

  /** Five rows, two vectors; {@code down} and {@code along} are the strides of A. */
  private static void wide(
      float[] a,
      int ai,
      int down,
      int along,
      int k,
      float[] b,
      int bi,
      int ldb,
      float[] c,
      int ci,
      int ldc) {
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
    for (int p = 0; p < k; p++) {
      int ap = ai + p * along;
      FloatVector b0 = FloatVector.fromArray(S, b, bi + p * ldb);
      FloatVector b1 = FloatVector.fromArray(S, b, bi + p * ldb + L);
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
    addTo(c, ci, c00, c01);
    addTo(c, ci + ldc, c10, c11);
    addTo(c, ci + 2 * ldc, c20, c21);
    addTo(c, ci + 3 * ldc, c30, c31);
    addTo(c, ci + 4 * ldc, c40, c41);
  }

  /** Five rows, one vector, at the right edge: B is packed and C is the edge tile. */
  private static void narrow(
      float[] a, int ai, int down, int along, int k, float[] b, int bi, float[] c, int ci) {
    FloatVector c0 = FloatVector.zero(S);
    FloatVector c1 = c0;
    FloatVector c2 = c0;
    FloatVector c3 = c0;
    FloatVector c4 = c0;
    for (int p = 0; p < k; p++) {
      int ap = ai + p * along;
      FloatVector b0 = FloatVector.fromArray(S, b, bi + p * WIDTH);
      c0 = FloatVector.broadcast(S, a[ap]).fma(b0, c0);
      c1 = FloatVector.broadcast(S, a[ap + down]).fma(b0, c1);
      c2 = FloatVector.broadcast(S, a[ap + 2 * down]).fma(b0, c2);
      c3 = FloatVector.broadcast(S, a[ap + 3 * down]).fma(b0, c3);
      c4 = FloatVector.broadcast(S, a[ap + 4 * down]).fma(b0, c4);
    }
    c0.intoArray(c, ci);
    c1.intoArray(c, ci + WIDTH);
    c2.intoArray(c, ci + 2 * WIDTH);
    c3.intoArray(c, ci + 3 * WIDTH);
    c4.intoArray(c, ci + 4 * WIDTH);
  }

  /** One row, two vectors: what five does not divide. */
  private static void oneRow(
      float[] a, int ai, int along, int k, float[] b, int bi, int ldb, float[] c, int ci) {
    FloatVector c0 = FloatVector.zero(S);
    FloatVector c1 = c0;
    for (int p = 0; p < k; p++) {
      FloatVector x = FloatVector.broadcast(S, a[ai + p * along]);
      c0 = x.fma(FloatVector.fromArray(S, b, bi + p * ldb), c0);
      c1 = x.fma(FloatVector.fromArray(S, b, bi + p * ldb + L), c1);
    }
    addTo(c, ci, c0, c1);
  }

  private static void addTo(float[] c, int ci, FloatVector low, FloatVector high) {
    FloatVector.fromArray(S, c, ci).add(low).intoArray(c, ci);
    FloatVector.fromArray(S, c, ci + L).add(high).intoArray(c, ci + L);
  }

  @Override
  public void addDots(Matrix C, Matrix A, Matrix B) {
    int m = C.rows();
    int n = C.cols();
    if (A.cols() < 5 * m) { // adding up lanes would cost more than packing B the other way round
      add(C, A, B.t());
      return;
    }
    float[] sums = SCRATCH.get();
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
