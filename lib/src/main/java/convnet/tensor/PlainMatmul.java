package convnet.tensor;

/** Three plain loops, ordered so that the innermost runs along a row of B and of C. */
final class PlainMatmul implements Matmul {
  /** A thread's room for a right factor turned round. */
  private static final ThreadLocal<float[]> COPY = ThreadLocal.withInitial(() -> new float[0]);

  @Override
  public void add(Matrix C, Matrix A, Matrix B) {
    int n = C.cols();
    float[] a = A.data();
    float[] c = C.data();
    if (B.colStride() != 1) { // one copy, and its rows are contiguous
      float[] room = COPY.get();
      if (room.length < B.rows() * n) {
        room = new float[B.rows() * n];
        COPY.set(room);
      }
      Matrix copy = Matrix.of(room, 0, B.rows(), n);
      B.copyTo(copy);
      B = copy;
    }
    float[] b = B.data();
    int bOffset = B.offset();
    int bStride = B.rowStride();
    for (int i = 0; i < C.rows(); i++) {
      int ci = C.offset() + i * C.rowStride();
      for (int p = 0; p < A.cols(); p++) {
        float aip = a[A.offset() + i * A.rowStride() + p * A.colStride()];
        int bp = bOffset + p * bStride;
        for (int j = 0; j < n; j++) {
          c[ci + j] += aip * b[bp + j];
        }
      }
    }
  }

  @Override
  public void addDots(Matrix C, Matrix A, Matrix B) {
    float[] a = A.data();
    float[] b = B.data();
    int k = A.cols();
    for (int i = 0; i < C.rows(); i++) {
      int ai = A.offset() + i * A.rowStride();
      for (int j = 0; j < C.cols(); j++) {
        int bj = B.offset() + j * B.rowStride();
        float even = 0; // two sums, so that one addition need not wait for the other
        float odd = 0;
        for (int p = 0; p + 1 < k; p += 2) {
          even += a[ai + p] * b[bj + p];
          odd += a[ai + p + 1] * b[bj + p + 1];
        }
        if (k % 2 == 1) {
          even += a[ai + k - 1] * b[bj + k - 1];
        }
        C.data()[C.offset() + i * C.rowStride() + j] += even + odd;
      }
    }
  }

  @Override
  public int panel() {
    return 64;
  }

  @Override
  public String name() {
    return "plain";
  }
}
