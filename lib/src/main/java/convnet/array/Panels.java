package convnet.array;

/**
 * The right factor {@code B (k, n)} of products, copied together once as the engine reads it: in
 * panels of {@link VectorMatmul#WIDTH} columns, one after the other. For a B that many products
 * share, as all threads share dout for their rows of an affine layer's dW.
 */
public final class Panels {
  private static final int WIDTH = VectorMatmul.WIDTH;

  private final int rows;
  private final int cols;
  private final float[] data;

  /** Room for a matrix of {@code rows x cols}. */
  public Panels(int rows, int cols) {
    this.rows = rows;
    this.cols = cols;
    data = Heap.room(new float[0], rows * count() * WIDTH);
  }

  /** How many panels there are. */
  public int count() {
    return (cols + WIDTH - 1) / WIDTH;
  }

  /** The columns of panel j, {@code (k, width)}, the last one's fewer. */
  public Matrix panel(int j) {
    return Matrix.of(data, j * WIDTH * rows, rows, WIDTH)
        .cols(0, Math.min(WIDTH, cols - j * WIDTH));
  }

  /** Copies B, transposed or not; each thread takes some of its rows. */
  public void pack(Matrix B) {
    Parallel.split(
        rows,
        64,
        (from, to) -> {
          for (int j = 0; j < count(); j++) {
            Matrix panel = panel(j);
            B.rows(from, to).cols(j * WIDTH, j * WIDTH + panel.cols()).copyTo(panel.rows(from, to));
          }
        });
  }
}
