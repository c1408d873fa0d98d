package convnet.array;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@code C += A . Bᵀ} as dot products of rows, with vectors along k. The lanes of a sum are added
 * up at its end, in a fixed order.
 */
final class Dots {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final int ROWS = 5;

  /** How many numbers {@link #add} wants to have to itself. */
  static final int SCRATCH = 2 * ROWS * L;

  private Dots() {}

  static void add(Matrix C, Matrix A, Matrix B, float[] sums) {
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
   * Adds to one or two numbers of C the lanes of as many vectors, in a fixed order: reduceLanes
   * does not promise one.
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
