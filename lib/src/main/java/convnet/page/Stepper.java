package convnet.page;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.layer.Convolution;
import convnet.layer.Pooling;
import convnet.notebook.Animation;
import convnet.notebook.Im2colSteps;
import convnet.notebook.Numbers;
import convnet.notebook.Pictures;
import convnet.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;

/**
 * Pages with a window to be moved by hand over a small image: by a slider or arrow keys, with other
 * sizes, strides and pads as far as they fit (book, sections 7.2 to 7.4).
 */
public final class Stepper {
  private static final int LARGEST = 10;
  private static final List<String> SCRIPTS = List.of("elements.js", "windows.js", "stepper.js");

  private Stepper() {}

  /**
   * Window times filter, step by step.
   *
   * @param x one image, {@code (1, C, H, W)}, at most 10 x 10
   * @param W one filter, {@code (1, C, FH, FW)}
   * @param b its bias
   * @throws IllegalArgumentException if x is larger or not one image, or the filter does not fit
   */
  public static Page convolution(Tensor x, Tensor W, double b, int stride, int pad) {
    requireSmall(x);
    Tensor out = new Convolution(W, Tensor.of(b), stride, pad).forward(x); // (1, 1, OH, OW)
    Json data = data("convolution", x, W.dim(2), W.dim(3), stride, pad);
    data.put("filter", numbers(W)).put("b", b);
    BufferedImage still =
        Pictures.beside(
            List.of("x " + x.shape(), "filter " + W.shape(), "out " + out.shape()),
            planes(x),
            planes(W),
            planes(out));
    return page("a convolution, step by step", still, data);
  }

  /**
   * The largest number of each window, step by step.
   *
   * @param x one image, {@code (1, C, H, W)}, at most 10 x 10
   * @throws IllegalArgumentException as {@link #convolution}
   */
  public static Page pooling(Tensor x, int side, int stride, int pad) {
    requireSmall(x);
    Tensor out = new Pooling(side, side, stride, pad).forward(x); // (1, C, OH, OW)
    BufferedImage still =
        Pictures.beside(List.of("x " + x.shape(), "out " + out.shape()), planes(x), planes(out));
    return page("a max pooling, step by step", still, data("pooling", x, side, side, stride, pad));
  }

  /**
   * Window by window into the rows of the column matrix.
   *
   * @param x one image, {@code (1, C, H, W)}, at most 10 x 10
   * @throws IllegalArgumentException as {@link #convolution}
   */
  public static Page im2col(Tensor x, int FH, int FW, int stride, int pad) {
    requireSmall(x);
    String animation = Animation.html(new Im2colSteps(x, FH, FW, stride, pad).pictures(), 0.8);
    Json data = data("im2col", x, FH, FW, stride, pad);
    return Page.of("im2col, step by step", animation, "stepper", SCRIPTS, data);
  }

  /**
   * A column matrix of ones, added back row by row: how many windows see each pixel.
   *
   * @param C the image's channels
   * @param H its height, at most 10
   * @param W its width, at most 10
   * @throws IllegalArgumentException as {@link #convolution}
   */
  public static Page col2im(int C, int H, int W, int FH, int FW, int stride, int pad) {
    Tensor x = Tensor.zeros(1, C, H, W);
    requireSmall(x);
    Window window = new Window(H, W, FH, FW, stride, pad);
    Tensor ones = Tensor.full(1.0, window.OH() * window.OW(), C * FH * FW);
    Tensor dx = Im2col.col2im(ones, x.shape(), FH, FW, stride, pad);
    BufferedImage still =
        Pictures.beside(List.of("windows over each pixel, " + dx.shape()), planes(dx));
    return page("col2im, step by step", still, data("col2im", x, FH, FW, stride, pad));
  }

  private static void requireSmall(Tensor x) {
    if (x.rank() != 4 || x.dim(0) != 1 || Math.max(x.dim(2), x.dim(3)) > LARGEST) {
      throw new IllegalArgumentException(
          "Stepper: expected one image (1, C, H, W) of at most 10 x 10, got %s; cut a piece out of it"
              .formatted(x.shape()));
    }
  }

  private static Page page(String words, BufferedImage still, Json data) {
    return Page.of(words, Page.image(words, still), "stepper", SCRIPTS, data);
  }

  private static Json data(String kind, Tensor x, int FH, int FW, int stride, int pad) {
    return new Json()
        .put("kind", kind)
        .put("x", x.dim(1), x.dim(2), x.dim(3))
        .put("numbers", numbers(x))
        .put("window", FH, FW, stride, pad);
  }

  private static double[] numbers(Tensor x) {
    double[] numbers = new double[x.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = Math.round(1e4 * x.array()[i]) / 1e4; // as the page prints them
    }
    return numbers;
  }

  /** The planes of {@code (1, C, H, W)} below each other. */
  private static BufferedImage planes(Tensor x) {
    List<BufferedImage> planes = new ArrayList<>();
    for (int c = 0; c < x.dim(1); c++) {
      Tensor plane = x.reshape(x.dim(1), -1).rows(c, c + 1).reshape(x.dim(2), x.dim(3));
      planes.add(Numbers.of(plane).picture());
    }
    return Pictures.below(planes.toArray(new BufferedImage[0]));
  }
}
