package convnet.engine;

import convnet.array.Heap;
import convnet.array.Matrix;
import convnet.array.MaxPool;
import convnet.conv.Window;
import convnet.layer.AveragePooling;
import convnet.layer.Pooling;
import convnet.tensor.Shape;
import java.util.Arrays;
import java.util.function.Function;

/**
 * {@link Pooling} and {@link AveragePooling} of images that have their channels last, in the images
 * as they lie, without a column matrix.
 */
final class PoolingStep extends Step {
  private final Function<Shape, Window> windows; // the layer's window over images of a shape
  private final boolean max;

  private Shape batch;
  private int C;
  private int[][] pixels; // [OH*OW][]: where in the image the first channel of its pixels is
  private int[] where = {}; // for each output, which number of its image was the largest

  PoolingStep(Pooling layer) {
    windows = layer::window;
    max = true;
  }

  PoolingStep(AveragePooling layer) {
    windows = layer::window;
    max = false;
  }

  @Override
  Shape begin(Shape x, boolean backward) {
    Window window = windows.apply(x);
    if (!x.equals(batch)) {
      batch = x;
      C = x.dim(1);
      pixels = new int[window.OH() * window.OW()][];
      Arrays.setAll(pixels, p -> pixels(window, p / window.OW(), p % window.OW()));
    }
    Shape out = Shape.of(x.dim(0), C, window.OH(), window.OW());
    where = Heap.room(where, max ? out.size() : 0);
    return out;
  }

  /** The pixels of a window that lie inside the image. */
  private int[] pixels(Window w, int oh, int ow) {
    int top = Math.max(0, oh * w.stride() - w.pad());
    int bottom = Math.min(w.H(), oh * w.stride() - w.pad() + w.FH());
    int left = Math.max(0, ow * w.stride() - w.pad());
    int right = Math.min(w.W(), ow * w.stride() - w.pad() + w.FW());
    int[] pixels = new int[(bottom - top) * (right - left)];
    Arrays.setAll(
        pixels, i -> ((top + i / (right - left)) * w.W() + left + i % (right - left)) * C);
    return pixels;
  }

  @Override
  void forward(int n, Matrix x, Matrix out) {
    for (int i = 0; i < x.rows(); i++) {
      int wi = (n + i) * out.cols();
      for (int p = 0; p < pixels.length; p++) {
        int oi = out.row(i) + p * C;
        if (max) {
          MaxPool.forward(x.data(), x.row(i), C, pixels[p], out.data(), oi, where, wi + p * C);
        } else {
          average(x.data(), x.row(i), pixels[p], out.data(), oi);
        }
      }
    }
  }

  private void average(float[] x, int xi, int[] window, float[] out, int oi) {
    for (int c = 0; c < C; c++) {
      double sum = 0;
      for (int pixel : window) {
        sum += x[xi + pixel + c];
      }
      out[oi + c] = (float) (sum / window.length);
    }
  }

  /** Hands each gradient to the pixel that was the largest, or evenly to all that were averaged. */
  @Override
  void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    for (int i = 0; i < dx.rows(); i++) {
      Arrays.fill(dx.data(), dx.row(i), dx.row(i + 1), 0f);
      if (max) {
        int wi = (n + i) * dout.cols();
        maxBackward(dout.data(), dout.row(i), wi, dout.cols(), dx.data(), dx.row(i));
      } else {
        averageBackward(dout.data(), dout.row(i), dx.data(), dx.row(i));
      }
    }
  }

  private void maxBackward(float[] dout, int di, int wi, int size, float[] dx, int xi) {
    int[] from = where;
    for (int o = 0; o < size; o++) {
      dx[xi + from[wi + o]] += dout[di + o];
    }
  }

  private void averageBackward(float[] dout, int di, float[] dx, int xi) {
    for (int[] window : pixels) {
      for (int pixel : window) {
        for (int c = 0; c < C; c++) {
          dx[xi + pixel + c] += dout[di + c] / window.length;
        }
      }
      di += C;
    }
  }
}
