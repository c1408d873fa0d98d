package convnet.engine;

import convnet.array.Copies;
import convnet.array.Heap;
import convnet.array.Indirect;
import convnet.array.Matrix;
import convnet.array.Panels;
import convnet.array.VectorMatmul;
import convnet.array.Winograd;
import convnet.conv.Window;
import java.util.Arrays;

/**
 * The convolution of 3 x 3 filters at stride 1, for images that have their channels last, with 2.25
 * times fewer products than the column matrix has: {@link Winograd} tells how. The output is cut
 * into tiles of 2 x 2 pixels; what each looks at, 4 x 4 pixels of the image, becomes 16 numbers,
 * the filter becomes 16 numbers, and for each of these 16 points there is one product,
 *
 * <pre>M(T, FN) = V(T, C) . U(C, FN)      for T tiles at a time</pre>
 *
 * whose 16 results become the tile.
 *
 * <p>All numbers of the three matrices are 0, 1, -1 or one half, and a result is made of no pixel
 * outside its own window: so a window of zeros gives the bias exactly, as it does in the chapter,
 * and what ReLU and pooling decide stays the same. Larger tiles would take still fewer products,
 * but have neither property. NaN and infinity spread over their tile.
 */
final class WinogradProduct {
  private static final int SIZE = 3; // of a filter
  private static final int POINTS = 16;
  private static final int CENTRE = 5; // the point that alone carries a bias into all four results
  private static final int ROWS = VectorMatmul.ROWS;

  /** How many tiles to take at a time, or a row of them: what they need stays in cache. */
  private static final int TILES = 64;

  /** What one thread needs to work on one image. */
  private static final class Scratch {
    float[] image = {}; // (2*down + 2, 2, half, c)
    float[] lines = {}; // (4, 2, half, c)
    float[] V = {}; // (POINTS, T, c)
    float[] M = {}; // (POINTS, T, f)
  }

  private static final ThreadLocal<Scratch> SCRATCH = ThreadLocal.withInitial(Scratch::new);

  private final int C;
  private final int FN;
  private final int c; // C, filled up to whole vectors
  private final int f; // FN, likewise
  private float[] filters = {}; // (FN, C, 3, 3), of which these are made
  private final float[] weights; // (POINTS, C, f)
  private final Panels U; // (POINTS*C, f)
  private final float[] zeros; // (f)
  private final float[] bias; // (f)

  private final Window window;
  private final boolean turned;
  private final int across; // tiles
  private final int down;
  private final int half; // how many of a row's pixels lie in even columns: across + 1
  private final int row; // numbers in a row of the image: the even columns, then the odd ones
  private final int strip; // how many rows of tiles at a time
  private final int T; // how many tiles these are, filled up for the product
  private final int[][] places; // [POINTS][T]: where a tile's numbers are in V
  private final int[] channels; // [C]: 0, 1, 2, ...

  /**
   * A convolution of C channels with FN filters.
   *
   * @param turned whether to turn the filters by 180 degrees, and exchange their channels with them
   */
  WinogradProduct(int C, int FN, Window window, boolean turned) {
    this.C = C;
    this.FN = FN;
    this.window = window;
    this.turned = turned;
    c = VectorMatmul.filledUp(C);
    f = VectorMatmul.filledUp(FN);
    weights = Heap.room(new float[0], POINTS * C * f);
    U = Panels.of(POINTS * C, f);
    zeros = new float[f];
    bias = new float[f];
    across = (window.OW() + 1) / 2;
    down = (window.OH() + 1) / 2;
    half = across + 1;
    row = 2 * half * c;
    strip = Math.max(1, Math.min(down, TILES / across));
    T = (strip * across + ROWS - 1) / ROWS * ROWS;
    places = new int[POINTS][T];
    for (int p = 0; p < POINTS; p++) {
      int first = p * T;
      Arrays.setAll(places[p], t -> (first + t) * c);
    }
    channels = new int[C];
    Arrays.setAll(channels, i -> i);
  }

  /** A convolution's dx: the convolution of dout with the filters turned by 180 degrees. */
  static WinogradProduct dx(int C, int FN, Window window) {
    int pad = SIZE - 1 - window.pad();
    Window back = new Window(window.OH(), window.OW(), SIZE, SIZE, 1, pad);
    return new WinogradProduct(FN, C, back, true);
  }

  /** Whether it can do such a convolution and pays for it. */
  static boolean suits(int C, int FN, Window window) {
    boolean square = window.FH() == SIZE && window.FW() == SIZE;
    return square && window.stride() == 1 && C >= 8 && FN >= 8;
  }

  /** Takes over the filters, {@code (FN, C, 3, 3)}, and their biases, or null for none. */
  void filters(float[] W, float[] b) {
    if (b != null) {
      System.arraycopy(b, 0, bias, 0, FN);
    }
    if (Arrays.equals(W, filters)) { // as in an evaluation, from one portion to the next
      return;
    }
    filters = W.clone();
    float[] lines = new float[4 * SIZE]; // (4, 3)
    for (int fn = 0; fn < FN; fn++) {
      for (int ch = 0; ch < C; ch++) {
        int first = turned ? (ch * FN + fn) * 9 + 8 : (fn * C + ch) * 9;
        int next = turned ? -1 : 1;
        for (int fh = 0; fh < SIZE; fh++) {
          int at = first + fh * SIZE * next;
          Winograd.weights(W[at], W[at + next], W[at + 2 * next], lines, fh, SIZE);
        }
        for (int j = 0; j < 4; j++) {
          int at = j * SIZE;
          Winograd.weights(
              lines[at], lines[at + 1], lines[at + 2], weights, (j * C + ch) * f + fn, 4 * C * f);
        }
      }
    }
    U.pack(Matrix.of(weights, 0, POINTS * C, f));
  }

  /**
   * One image, {@code (H, W, C)} in x from xi on, to {@code (OH, OW, FN)} in out from oi on.
   *
   * @param pooled whether to put only the largest of each tile's results there, if it is above
   *     zero: {@code (OH/2, OW/2, FN)}, for even OH and OW
   */
  void forward(float[] x, int xi, float[] out, int oi, boolean pooled) {
    Scratch s = SCRATCH.get();
    s.image = Heap.room(s.image, (2 * down + 2) * row);
    s.lines = Heap.room(s.lines, 4 * row);
    s.V = Heap.room(s.V, POINTS * T * c);
    s.M = Heap.room(s.M, POINTS * T * f);
    split(x, xi, s.image);
    int size = T * f;
    for (int from = 0; from < down; from += strip) {
      int rows = Math.min(strip, down - from);
      int used = rows * across * f;
      pixels(s, from, rows);
      products(s, (rows * across + ROWS - 1) / ROWS * ROWS);
      Winograd.results(s.M, 0, 4 * size, 3 * size + used);
      Winograd.results(s.M, 0, size, used);
      Winograd.results(s.M, 4 * size, size, used);
      if (pooled) {
        Winograd.largest(s.M, size, used);
        int to = oi + from * across * FN;
        Copies.rectangle(s.M, 0, f, out, to, FN, rows * across, FN);
      } else {
        results(s.M, out, oi, from, rows);
      }
    }
  }

  /** The image in a border of zeros, of each row the pixels in even columns first. */
  private void split(float[] x, int xi, float[] image) {
    Arrays.fill(image, 0, (2 * down + 2) * row, 0f);
    int pad = window.pad();
    int W = window.W();
    for (int h = 0; h < window.H(); h++) {
      for (int w = 0; w < 2; w++) {
        int from = xi + (h * W + w) * C;
        int to = (h + pad) * row + ((w + pad) % 2 * half + (w + pad) / 2) * c;
        Copies.rectangle(x, from, 2 * C, image, to, c, (W - w + 1) / 2, C);
      }
    }
  }

  /** Some rows of tiles to V, from the given one on: Bt down, then across. */
  private void pixels(Scratch s, int from, int rows) {
    for (int t = 0; t < rows; t++) {
      int first = 2 * (from + t) * row;
      Winograd.pixels(s.image, first, row, 2 * row, s.lines, 0, row, row);
      for (int i = 0; i < 4; i++) {
        int to = (4 * i * T + t * across) * c;
        Winograd.pixels(s.lines, i * row, half * c, c, s.V, to, T * c, across * c);
      }
    }
  }

  /** V to M, for so many tiles, a multiple of ROWS. */
  private void products(Scratch s, int tiles) {
    for (int p = 0; p < POINTS; p++) {
      Matrix start = Matrix.repeated(p == CENTRE ? bias : zeros, tiles);
      Matrix M = Matrix.of(s.M, p * T * f, tiles, f);
      // (T, C) . (C, FN) -> (T, FN)
      VectorMatmul.product(start, M, new Indirect(s.V, places[p], channels), U, p * C);
    }
  }

  /** The four results of each tile to their places. */
  private void results(float[] m, float[] out, int oi, int from, int rows) {
    int OW = window.OW();
    for (int oh = 2 * from; oh < Math.min(2 * (from + rows), window.OH()); oh++) {
      for (int ow = 0; ow < 2; ow++) {
        int mi = ((oh % 2 * 4 + ow) * T + (oh / 2 - from) * across) * f;
        Copies.rectangle(m, mi, f, out, oi + (oh * OW + ow) * FN, 2 * FN, (OW - ow + 1) / 2, FN);
      }
    }
  }
}
