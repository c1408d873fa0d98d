package convnet.array;

/**
 * A matrix seen in a larger array, without copying: element {@code (i, j)} is {@code data[offset +
 * i * rowStride + j * colStride]}. The chapter's products are written with it: {@code Wᵀ . dout} is
 * {@code add(dcol, W.t(), dout)}.
 *
 * @param data the array, shared
 * @param offset where element (0, 0) is
 * @param rows the number of rows
 * @param cols the number of columns
 * @param rowStride the distance from one row to the next
 * @param colStride the distance from one column to the next; one of the two strides is 1
 */
public record Matrix(float[] data, int offset, int rows, int cols, int rowStride, int colStride) {

  /** A row-major {@code rows x cols} matrix that starts at {@code offset}. */
  public static Matrix of(float[] data, int offset, int rows, int cols) {
    return new Matrix(data, offset, rows, cols, cols, 1);
  }

  /** A whole array as a matrix of {@code rows} rows. */
  public static Matrix of(float[] data, int rows) {
    return of(data, 0, rows, data.length / rows);
  }

  /** One row, so many times. */
  public static Matrix repeated(float[] row, int rows) {
    return new Matrix(row, 0, rows, row.length, 0, 1);
  }

  /** The transpose: the same memory read the other way. */
  public Matrix t() {
    return new Matrix(data, offset, cols, rows, colStride, rowStride);
  }

  /** Where row i begins in the array. */
  public int row(int i) {
    return offset + i * rowStride;
  }

  /** Row i of a row-major matrix, read as a matrix of so many rows: an image as its planes. */
  public Matrix row(int i, int rows) {
    return of(data, row(i), rows, cols / rows);
  }

  /** Rows {@code from <= i < to}. */
  public Matrix rows(int from, int to) {
    return new Matrix(data, offset + from * rowStride, to - from, cols, rowStride, colStride);
  }

  /** Columns {@code from <= j < to}. */
  public Matrix cols(int from, int to) {
    return new Matrix(data, offset + from * colStride, rows, to - from, rowStride, colStride);
  }

  /** Copies every element to the same place of a row-major matrix of this size. */
  public void copyTo(Matrix to) {
    if (colStride == 1) {
      Copies.rectangle(data, offset, rowStride, to.data, to.offset, to.rowStride, rows, cols);
      return;
    }
    for (int j = 0; j < cols; j++) {
      Copies.spread(data, offset + j * colStride, rows, to.data, to.offset + j, to.rowStride);
    }
  }
}
