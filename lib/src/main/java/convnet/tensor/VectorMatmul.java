package convnet.tensor;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The product in blocks that fit the processor. A panel of B, at most {@link #DEPTH} rows deep and
 * two vectors wide, is copied together (padded with zeros at the right edge) and stays in the
 * nearest cache; over it slides a tile of five rows of A and C. The tile's ten sums live in vector
 * registers: per step two loads of B, five numbers of A spread over a vector, ten multiply-adds.
 *
 * <p>Every sum runs over k in order, tile or single row, so the result of an element does not
 * depend on where in C it lies.
 */
final class VectorMatmul implements Matmul {
  private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
  private static final int L = S.length();
  private static final int WIDTH = 2 * L;
  private static final int DEPTH = 256;
  private static final int ROWS = 5;

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
    float[] panel = SCRATCH.get();
    for (int p = 0; p < A.cols(); p += DEPTH) {
      int depth = Math.min(DEPTH, A.cols() - p);
      for (int j = 0; j < C.cols(); j += WIDTH) {
        int width = Math.min(WIDTH, C.cols() - j);
        pack(panel, B, p, depth, j, width);
        addPanel(C, A, p, depth, j, width, panel);
      }
    }
  }

  /** Copies {@code B[p.., j..]}, {@code (depth, width)}, to rows of WIDTH, zeros at the right. */
  private static void pack(float[] panel, Matrix B, int p, int depth, int j, int width) {
    float[] b = B.data();
    int from = B.offset() + p * B.rowStride() + j * B.colStride();
    if (width < WIDTH) {
      Arrays.fill(panel, 0, depth * WIDTH, 0f);
    }
    if (B.colStride() == 1) {
      for (int q = 0; q < depth; q++) {
        System.arraycopy(b, from + q * B.rowStride(), panel, q * WIDTH, width);
      }
    } else {
      for (int c = 0; c < width; c++) {
        int column = from + c * B.colStride();
        for (int q = 0; q < depth; q++) {
          panel[q * WIDTH + c] = b[column + q * B.rowStride()];
        }
      }
    }
  }

  /** {@code C[.., j..] += A[.., p..] . panel}, tile by tile down the rows. */
  private static void addPanel(
      Matrix C, Matrix A, int p, int depth, int j, int width, float[] panel) {
    float[] a = A.data();
    int m = C.rows();
    for (int i = 0; i < m; ) {
      int rows = i + ROWS <= m ? ROWS : 1;
      int ai = A.offset() + i * A.rowStride() + p * A.colStride();
      int ci = C.offset() + i * C.rowStride() + j;
      if (width == WIDTH) {
        tile(rows, a, ai, A, depth, panel, C.data(), ci, C.rowStride());
      } else { // the panel is wider than C: sum in the edge tile, hand over what belongs to C
        Arrays.fill(panel, EDGE, EDGE + rows * WIDTH, 0f);
        tile(rows, a, ai, A, depth, panel, panel, EDGE, WIDTH);
        for (int r = 0; r < rows; r++) {
          for (int c = 0; c < width; c++) {
            C.data()[ci + r * C.rowStride() + c] += panel[EDGE + r * WIDTH + c];
          }
        }
      }
      i += rows;
    }
  }

  private static void tile(
      int rows, float[] a, int ai, Matrix A, int depth, float[] b, float[] c, int ci, int ldc) {
    if (rows == 1) {
      oneRow(a, ai, A.colStride(), depth, b, c, ci);
    } else if (A.colStride() == 1) {
      fiveRows(a, ai, A.rowStride(), depth, b, c, ci, ldc);
    } else {
      fiveColumns(a, ai, A.colStride(), depth, b, c, ci, ldc);
    }
  }

  private static void oneRow(float[] a, int ai, int step, int depth, float[] b, float[] c, int ci) {
    FloatVector c0 = FloatVector.zero(S);
    FloatVector c1 = FloatVector.zero(S);
    for (int p = 0; p < depth; p++) {
      FloatVector x = FloatVector.broadcast(S, a[ai + p * step]);
      c0 = x.fma(FloatVector.fromArray(S, b, p * WIDTH), c0);
      c1 = x.fma(FloatVector.fromArray(S, b, p * WIDTH + L), c1);
    }
    addTo(c, ci, c0, c1);
  }

  /** Five rows of A, each contiguous: {@code A} as it lies in memory. */
  private static void fiveRows(
      float[] a, int a0, int lda, int depth, float[] b, float[] c, int ci, int ldc) {
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
    int a1 = a0 + lda;
    int a2 = a1 + lda;
    int a3 = a2 + lda;
    int a4 = a3 + lda;
    for (int p = 0; p < depth; p++) {
      FloatVector b0 = FloatVector.fromArray(S, b, p * WIDTH);
      FloatVector b1 = FloatVector.fromArray(S, b, p * WIDTH + L);
      FloatVector x = FloatVector.broadcast(S, a[a0 + p]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(S, a[a1 + p]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(S, a[a2 + p]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(S, a[a3 + p]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(S, a[a4 + p]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
    }
    addTo(c, ci, c00, c01);
    addTo(c, ci + ldc, c10, c11);
    addTo(c, ci + 2 * ldc, c20, c21);
    addTo(c, ci + 3 * ldc, c30, c31);
    addTo(c, ci + 4 * ldc, c40, c41);
  }

  /** Five rows of a transposed A: neighbours in memory, {@code lda} from one p to the next. */
  private static void fiveColumns(
      float[] a, int ai, int lda, int depth, float[] b, float[] c, int ci, int ldc) {
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
    for (int p = 0; p < depth; p++) {
      int ap = ai + p * lda;
      FloatVector b0 = FloatVector.fromArray(S, b, p * WIDTH);
      FloatVector b1 = FloatVector.fromArray(S, b, p * WIDTH + L);
      FloatVector x = FloatVector.broadcast(S, a[ap]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      x = FloatVector.broadcast(S, a[ap + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      x = FloatVector.broadcast(S, a[ap + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      x = FloatVector.broadcast(S, a[ap + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      x = FloatVector.broadcast(S, a[ap + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
    }
    addTo(c, ci, c00, c01);
    addTo(c, ci + ldc, c10, c11);
    addTo(c, ci + 2 * ldc, c20, c21);
    addTo(c, ci + 3 * ldc, c30, c31);
    addTo(c, ci + 4 * ldc, c40, c41);
  }

  private static void addTo(float[] c, int ci, FloatVector low, FloatVector high) {
    FloatVector.fromArray(S, c, ci).add(low).intoArray(c, ci);
    FloatVector.fromArray(S, c, ci + L).add(high).intoArray(c, ci + L);
  }
}
