package convnet.tensor;

/**
 * The right factor {@code B (k, n)} of products, copied together once as the engine reads it: in
 * panels of {@link Matmul#panel} columns, one behind the other. For a B that many products share,
 * as all slices of a batch share W. The last columns, where they are few, lie as rows.
 */
public final class Panels {
  private final int rows;
  private final int cols;
  private final int width;
  private final boolean few; // whether the columns behind the last whole panel lie as rows
  private final float[] data;

  /** Room for a matrix of {@code rows x cols}. */
  public Panels(int rows, int cols) {
    this(rows, cols, Matmul.get().panel());
  }

  Panels(int rows, int cols, int width) {
    this.rows = rows;
    this.cols = cols;
    this.width = width;
    int over = cols % width;
    few = over > 0 && over <= width / 4;
    data = new float[rows * (few ? cols : count() * width)];
  }

  /** How many panels there are. */
  public int count() {
    return (cols + width - 1) / width;
  }

  /** The columns of panel j, {@code (k, width)}, the last one's fewer. */
  public Matrix panel(int j) {
    Matrix whole = Matrix.of(data, j * width * rows, rows, width);
    int here = Math.min(width, cols - j * width);
    return few && j == count() - 1
        ? Matrix.of(data, whole.offset(), here, rows).t()
        : whole.cols(0, here);
  }

  /** Copies B, transposed or not; each thread takes a part of it that lies together in memory. */
  public void pack(Matrix B) {
    if (B.colStride() == 1) {
      Parallel.split(rows, 64, (from, to) -> pack(B, from, to, 0, count()));
    } else {
      Parallel.split(count(), 2, (from, to) -> pack(B, 0, rows, from, to));
    }
  }

  private void pack(Matrix B, int from, int to, int firstPanel, int endPanel) {
    for (int j = firstPanel; j < endPanel; j++) {
      Matrix panel = panel(j);
      B.rows(from, to).cols(j * width, j * width + panel.cols()).copyTo(panel.rows(from, to));
    }
  }
}
