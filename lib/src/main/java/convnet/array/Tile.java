package convnet.array;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops in which the time goes: a tile of C, six rows high and two vectors wide, while k runs.
 * Its twelve sums live in vector registers. A step loads two vectors of B, spreads six numbers of A
 * over a vector each and does twelve multiply-adds, so that the multipliers never wait for memory.
 * Twelve sums, two vectors of B and a number of A fit into the 16 registers that every processor
 * with vectors has.
 *
 * <p>Where A's numbers are is looked up. That costs a load a step and spares all arithmetic on
 * places, for which there are registers even less: so one tile does for every A, transposed or not,
 * in memory or not.
 */
final class Tile {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  static final int L = S.length();
  static final int ROWS = 6;
  static final int WIDTH = 2 * L;

  private Tile() {}

  /**
   * {@code C = start + A . b}, for six rows of A, and as many of its columns as b has rows. Rows
   * that A does not have are its last one again.
   *
   * @param i the first row of A
   * @param from its first column
   * @param b a panel's rows
   * @param to the first row of start and of C
   */
  static void whole(Indirect A, int i, int from, Matrix b, Matrix start, Matrix C, int to) {
    float[] a = A.data();
    int[] cols = A.cols();
    float[] s = start.data();
    int si = start.row(to);
    int lds = start.rowStride();
    float[] c = C.data();
    int ci = C.row(to);
    int ldc = C.rowStride();
    float[] B = b.data();
    int bi = b.offset();
    int k = b.rows();
    int a0 = row(A, i);
    int a1 = row(A, i + 1);
    int a2 = row(A, i + 2);
    int a3 = row(A, i + 3);
    int a4 = row(A, i + 4);
    int a5 = row(A, i + 5);
    FloatVector c00 = FloatVector.fromArray(S, s, si);
    FloatVector c01 = FloatVector.fromArray(S, s, si + L);
    FloatVector c10 = FloatVector.fromArray(S, s, si + lds);
    FloatVector c11 = FloatVector.fromArray(S, s, si + lds + L);
    FloatVector c20 = FloatVector.fromArray(S, s, si + 2 * lds);
    FloatVector c21 = FloatVector.fromArray(S, s, si + 2 * lds + L);
    FloatVector c30 = FloatVector.fromArray(S, s, si + 3 * lds);
    FloatVector c31 = FloatVector.fromArray(S, s, si + 3 * lds + L);
    FloatVector c40 = FloatVector.fromArray(S, s, si + 4 * lds);
    FloatVector c41 = FloatVector.fromArray(S, s, si + 4 * lds + L);
    FloatVector c50 = FloatVector.fromArray(S, s, si + 5 * lds);
    FloatVector c51 = FloatVector.fromArray(S, s, si + 5 * lds + L);
    for (int p = 0; p < k; p++) {
      int q = cols[from + p];
      FloatVector b0 = FloatVector.fromArray(S, B, bi + p * WIDTH);
      FloatVector b1 = FloatVector.fromArray(S, B, bi + p * WIDTH + L);
      FloatVector x = FloatVector.broadcast(S, a[a0 + q]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(S, a[a1 + q]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(S, a[a2 + q]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(S, a[a3 + q]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(S, a[a4 + q]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      x = FloatVector.broadcast(S, a[a5 + q]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
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
    c50.intoArray(c, ci + 5 * ldc);
    c51.intoArray(c, ci + 5 * ldc + L);
  }

  /** As {@link #whole}, but only the first of a panel's two vectors. */
  static void half(Indirect A, int i, int from, Matrix b, Matrix start, Matrix C, int to) {
    float[] a = A.data();
    int[] cols = A.cols();
    float[] s = start.data();
    int si = start.row(to);
    int lds = start.rowStride();
    float[] c = C.data();
    int ci = C.row(to);
    int ldc = C.rowStride();
    float[] B = b.data();
    int bi = b.offset();
    int k = b.rows();
    int a0 = row(A, i);
    int a1 = row(A, i + 1);
    int a2 = row(A, i + 2);
    int a3 = row(A, i + 3);
    int a4 = row(A, i + 4);
    int a5 = row(A, i + 5);
    FloatVector c0 = FloatVector.fromArray(S, s, si);
    FloatVector c1 = FloatVector.fromArray(S, s, si + lds);
    FloatVector c2 = FloatVector.fromArray(S, s, si + 2 * lds);
    FloatVector c3 = FloatVector.fromArray(S, s, si + 3 * lds);
    FloatVector c4 = FloatVector.fromArray(S, s, si + 4 * lds);
    FloatVector c5 = FloatVector.fromArray(S, s, si + 5 * lds);
    for (int p = 0; p < k; p++) {
      int q = cols[from + p];
      FloatVector b0 = FloatVector.fromArray(S, B, bi + p * WIDTH);
      c0 = FloatVector.broadcast(S, a[a0 + q]).fma(b0, c0);
      c1 = FloatVector.broadcast(S, a[a1 + q]).fma(b0, c1);
      c2 = FloatVector.broadcast(S, a[a2 + q]).fma(b0, c2);
      c3 = FloatVector.broadcast(S, a[a3 + q]).fma(b0, c3);
      c4 = FloatVector.broadcast(S, a[a4 + q]).fma(b0, c4);
      c5 = FloatVector.broadcast(S, a[a5 + q]).fma(b0, c5);
    }
    c0.intoArray(c, ci);
    c1.intoArray(c, ci + ldc);
    c2.intoArray(c, ci + 2 * ldc);
    c3.intoArray(c, ci + 3 * ldc);
    c4.intoArray(c, ci + 4 * ldc);
    c5.intoArray(c, ci + 5 * ldc);
  }

  private static int row(Indirect A, int i) {
    return A.rows()[Math.min(i, A.rows().length - 1)];
  }
}
