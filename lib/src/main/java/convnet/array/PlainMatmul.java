package convnet.array;

import java.util.Arrays;

/**
 * Three plain loops, ordered so that the innermost runs along a row of C and of B, four rows of B
 * at a time. The rows are arrays of their own and begin at 0: without vector instructions of our
 * own the compiler finds some only where all arrays are read at the same place. Four zeros of A in
 * a row, which ReLU makes by the thousand, add nothing unless B holds a NaN or an infinity.
 */
final class PlainMatmul implements Matmul {
  @Override
  public void add(Matrix C, Matrix A, Matrix B) {
    float[][] b = new float[(B.rows() + 3) / 4 * 4][];
    float[] none = new float[B.cols()];
    Arrays.setAll(b, p -> p < B.rows() ? row(B, p) : none);
    float[] a = new float[b.length];
    boolean finite = Arrays.stream(b).allMatch(PlainMatmul::finite);
    for (int i = 0; i < C.rows(); i++) {
      System.arraycopy(row(A, i), 0, a, 0, A.cols());
      float[] c = row(C, i);
      for (int p = 0; p < b.length; p += 4) {
        boolean zeros = a[p] == 0 && a[p + 1] == 0 && a[p + 2] == 0 && a[p + 3] == 0;
        if (!(zeros && finite)) {
          addFour(c, a, p, b[p], b[p + 1], b[p + 2], b[p + 3]);
        }
      }
      System.arraycopy(c, 0, C.data(), C.row(i), c.length);
    }
  }

  private static void addFour(
      float[] c, float[] a, int p, float[] b0, float[] b1, float[] b2, float[] b3) {
    float a0 = a[p];
    float a1 = a[p + 1];
    float a2 = a[p + 2];
    float a3 = a[p + 3];
    for (int j = 0; j < c.length; j++) { // each product after the other, so that no order changes
      c[j] = c[j] + a0 * b0[j] + a1 * b1[j] + a2 * b2[j] + a3 * b3[j];
    }
  }

  private static boolean finite(float[] row) {
    int largest = 0; // the bits of sizes are in their order, those of infinity and NaN the largest
    for (float v : row) {
      largest = Math.max(largest, Float.floatToRawIntBits(v) & Integer.MAX_VALUE);
    }
    return largest < 0x7f800000;
  }

  private static float[] row(Matrix m, int i) {
    if (m.colStride() == 1) {
      return Arrays.copyOfRange(m.data(), m.row(i), m.row(i) + m.cols());
    }
    float[] row = new float[m.cols()];
    for (int j = 0; j < row.length; j++) {
      row[j] = m.data()[m.row(i) + j * m.colStride()];
    }
    return row;
  }

  @Override
  public String name() {
    return "plain";
  }
}
