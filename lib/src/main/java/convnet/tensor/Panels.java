package convnet.tensor;

/**
 * The right factor {@code B (k, n)} of products, copied together once as the engine reads it: in
 * panels of {@link Matmul#panel} columns, one behind the other. For a B that many products share,
 * as all threads share dout for their rows of an affine layer's dW.
 */
public final class Panels {
  private final int rows;
  private final int cols;
  private final int width;
  private final float[] data;

  /** Room for a matrix of {@code rows x cols}. */
  public Panels(int rows, int cols) {
    this(rows, cols, Matmul.get().panel());
  }

  Panels(int rows, int cols, int width) {
    this.rows = rows;
    this.cols = cols;
    this.width = width;
    data = new float[rows * count() * width];
  }

  /** How many panels there are. */
  public int count() {
    return (cols + width - 1) / width;
  }

  /** The columns of panel j, {@code (k, width)}, the last one's fewer. */
  public Matrix panel(int j) {
    return Matrix.of(data, j * width * rows, rows, width)
        .cols(0, Math.min(width, cols - j * width));
  }

  /** Copies B, transposed or not; each thread takes some of its rows. */
  public void pack(Matrix B) {
    Parallel.split(
        rows,
        64,
        (from, to) -> {
          for (int j = 0; j < count(); j++) {
            Matrix panel = panel(j);
            B.rows(from, to).cols(j * width, j * width + panel.cols()).copyTo(panel.rows(from, to));
          }
        });
  }
}
