package convnet.array;

/**
 * The right factor {@code B (k, n)} of products, copied together once as the engine reads it: in
 * panels of {@link VectorMatmul#WIDTH} columns, one after the other. For a B that many products
 * share, as all threads share dout for their rows of an affine layer's dW.
 *
 * @param data the panels, at least {@link #size} numbers
 * @param rows k
 * @param cols n
 */
public record Panels(float[] data, int rows, int cols) {
  private static final int WIDTH = VectorMatmul.WIDTH;

  /** Room for a matrix of {@code rows x cols}. */
  public static Panels of(int rows, int cols) {
    return new Panels(Heap.room(new float[0], size(rows, cols)), rows, cols);
  }

  /** How much room a matrix of {@code rows x cols} needs. */
  public static int size(int rows, int cols) {
    return rows * ((cols + WIDTH - 1) / WIDTH) * WIDTH;
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
