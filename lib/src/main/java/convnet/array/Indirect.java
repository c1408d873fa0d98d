package convnet.array;

import java.util.Arrays;

/**
 * A matrix whose rows and columns may lie anywhere: element {@code (i, j)} is {@code data[rows[i] +
 * cols[j]]}. So a convolution's column matrix need not be made: pixel j of window i is where in the
 * image the window begins, plus where in a window the pixel is.
 *
 * @param data the array, shared
 * @param rows where each row begins
 * @param cols where each column is, from there
 */
public record Indirect(float[] data, int[] rows, int[] cols) {
  /** A matrix that is in memory, transposed or not. */
  public static Indirect of(Matrix m) {
    int[] rows = new int[m.rows()];
    int[] cols = new int[m.cols()];
    Arrays.setAll(rows, m::row);
    Arrays.setAll(cols, j -> j * m.colStride());
    return new Indirect(m.data(), rows, cols);
  }

  /** The transpose: the same memory read the other way. */
  public Indirect t() {
    return new Indirect(data, cols, rows);
  }
}
