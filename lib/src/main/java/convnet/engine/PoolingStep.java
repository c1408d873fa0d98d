package convnet.engine;

import convnet.array.Heap;
import convnet.array.Matrix;
import convnet.array.MaxPool2x2;
import convnet.conv.Window;
import convnet.layer.AveragePooling;
import convnet.layer.Pooling;
import convnet.tensor.Shape;
import java.util.Arrays;
import java.util.function.Function;

/**
 * {@link Pooling} and {@link AveragePooling}, in the images as they lie, without a column matrix.
 */
final class PoolingStep extends Step {
  private final Function<Shape, Window> windows; // the layer's window over images of a shape
  private final boolean max;
  private final boolean halves; // the chapter's 2 x 2 at stride 2, which has a faster way

  private Window window;
  private int C;
  private int[] where = {}; // for each output, which number of its image was the largest

  PoolingStep(Pooling layer) {
    windows = layer::window;
    max = true;
    halves = layer.hasWindow(2, 2, 2);
  }

  PoolingStep(AveragePooling layer) {
    windows = layer::window;
    max = false;
    halves = false;
  }

  @Override
  Shape begin(Shape x, boolean backward) {
    window = windows.apply(x);
    C = x.dim(1);
    Shape out = Shape.of(x.dim(0), C, window.OH(), window.OW());
    where = Heap.room(where, max ? out.size() : 0);
    return out;
  }

  @Override
  void forward(int n, Matrix x, Matrix out) {
    Window w = window;
    for (int i = 0; i < x.rows(); i++) {
      int xi = x.row(i);
      int oi = out.row(i);
      if (!max) {
        average(x.data(), xi, out.data(), oi);
      } else if (halves) {
        int wi = (n + i) * out.cols();
        MaxPool2x2.forward(x.data(), xi, C, w.H(), w.W(), out.data(), oi, where, wi);
      } else {
        max(x.data(), xi, out.data(), oi, (n + i) * out.cols());
      }
    }
  }

  /** One image, (C, H, W) -> (C, OH, OW). */
  private void max(float[] x, int xi, float[] out, int oi, int wi) {
    Window w = window;
    for (int c = 0; c < C; c++) {
      int plane = c * w.H() * w.W();
      for (int oh = 0; oh < w.OH(); oh++) {
        int bottom = bottom(oh);
        for (int ow = 0; ow < w.OW(); ow++, oi++, wi++) {
          int right = right(ow);
          int best = plane + top(oh) * w.W() + left(ow);
          for (int h = top(oh); h < bottom; h++) {
            int row = plane + h * w.W();
            for (int i = row + left(ow); i < row + right; i++) {
              best = x[xi + i] > x[xi + best] || Float.isNaN(x[xi + i]) ? i : best;
            }
          }
          out[oi] = x[xi + best];
          where[wi] = best;
        }
      }
    }
  }

  private void average(float[] x, int xi, float[] out, int oi) {
    Window w = window;
    for (int c = 0; c < C; c++) {
      for (int oh = 0; oh < w.OH(); oh++) {
        for (int ow = 0; ow < w.OW(); ow++, oi++) {
          double sum = 0;
          for (int h = top(oh); h < bottom(oh); h++) {
            int row = xi + (c * w.H() + h) * w.W();
            for (int i = row + left(ow); i < row + right(ow); i++) {
              sum += x[i];
            }
          }
          out[oi] = (float) (sum / pixels(oh, ow));
        }
      }
    }
  }

  /** Hands each gradient to the pixel that was the largest, or evenly to all that were averaged. */
  @Override
  void backward(int n, Matrix x, Matrix dout, Matrix dx) {
    for (int i = 0; i < dx.rows(); i++) {
      Arrays.fill(dx.data(), dx.row(i), dx.row(i + 1), 0f);
      if (max) {
        maxBackward(
            dout.data(), dout.row(i), (n + i) * dout.cols(), dout.cols(), dx.data(), dx.row(i));
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

  private void averageBackward(float[] dout, int o, float[] dx, int xi) {
    Window w = window;
    for (int c = 0; c < C; c++) {
      for (int oh = 0; oh < w.OH(); oh++) {
        for (int ow = 0; ow < w.OW(); ow++, o++) {
          float share = dout[o] / pixels(oh, ow);
          for (int h = top(oh); h < bottom(oh); h++) {
            int row = xi + (c * w.H() + h) * w.W();
            for (int i = row + left(ow); i < row + right(ow); i++) {
              dx[i] += share;
            }
          }
        }
      }
    }
  }

  // The part of a window that lies inside the image.

  private int top(int oh) {
    return Math.max(0, oh * window.stride() - window.pad());
  }

  private int bottom(int oh) {
    return Math.min(window.H(), oh * window.stride() - window.pad() + window.FH());
  }

  private int left(int ow) {
    return Math.max(0, ow * window.stride() - window.pad());
  }

  private int right(int ow) {
    return Math.min(window.W(), ow * window.stride() - window.pad() + window.FW());
  }

  private int pixels(int oh, int ow) {
    return (bottom(oh) - top(oh)) * (right(ow) - left(ow));
  }
}
