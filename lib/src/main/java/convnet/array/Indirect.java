package convnet.array;

import java.util.Arrays;

/**
 * A matrix that is never made: element {@code (i, j)} is {@code data[rows[i] + cols[j]]}. Such is a
 * convolution's column matrix: pixel j of window i lies at a place of its own in the image, which
 * is where the window begins, plus where the pixel is in a window.
 *
 * @param data the array, shared
 * @param rows where each row begins
 * @param cols where each column is, from there
 */
public record Indirect(float[] data, int[] rows, int[] cols) {
  /** A matrix that is in memory. */
  static Indirect of(Matrix m) {
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
