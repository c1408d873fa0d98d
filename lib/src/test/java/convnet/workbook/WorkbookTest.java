package convnet.workbook;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.conv.Im2col;
import convnet.layer.Affine;
import convnet.layer.AveragePooling;
import convnet.layer.Convolution;
import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.layer.SoftmaxWithLoss;
import convnet.optim.AdaGrad;
import convnet.optim.SGD;
import convnet.tensor.Functions;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The check of the workbook, checked: mistakes of the kinds that learners make, each with the
 * sentence that names it, and right code written otherwise than the library's.
 */
class WorkbookTest {
  /** What becomes of a step's right result. */
  private interface Step {
    Tensor of(Changed layer, Tensor right);
  }

  private static final Step SAME = (layer, right) -> right;

  /** A layer that does one step otherwise than the library's. */
  private static class Changed extends ParameterLayer {
    final Layer right;
    final Step out;
    final Step weight;
    final Step bias;
    final Step dx;
    Tensor x; // of the last forward
    Tensor dout;
    int stride;
    int pad;

    Changed(Layer right, Step out, Step weight, Step bias, Step dx) {
      super(
          right instanceof ParameterLayer learner ? learner.W() : Tensor.of(0),
          right instanceof ParameterLayer learner ? learner.b() : Tensor.of(0));
      this.right = right;
      this.out = out;
      this.weight = weight;
      this.bias = bias;
      this.dx = dx;
    }

    @Override
    public Tensor forward(Tensor x) {
      this.x = x;
      return out.of(this, right.forward(x));
    }

    @Override
    public Tensor backward(Tensor dout) {
      this.dout = dout;
      Tensor before = right.backward(dout);
      if (right instanceof ParameterLayer learner) {
        dW = weight.of(this, learner.dW());
        db = bias.of(this, learner.db());
      }
      return dx.of(this, before);
    }
  }

  /** That a check found this mistake: the sentence names the step and ends in the cause. */
  private static void found(String step, String cause, String said) {
    assertTrue(said.startsWith(step) && said.endsWith(" " + cause), said);
  }

  @BeforeEach
  void im2colIsRight() {
    Workbook.im2col(Im2col::im2col);
  }

  // ------------------------------------------------------------------ im2col

  private static String columns(UnaryOperator<Tensor> change) {
    return Workbook.im2col(
        (x, FH, FW, stride, pad) -> change.apply(Im2col.im2col(x, FH, FW, stride, pad)));
  }

  /** Windows by six loops, whatever their order: (0, 1, 2, 3, 4, 5) is the right one. */
  private static String ordered(int... order) {
    return Workbook.im2col(
        (x, FH, FW, stride, pad) -> {
          int OH = (x.dim(2) + 2 * pad - FH) / stride + 1;
          int OW = (x.dim(3) + 2 * pad - FW) / stride + 1;
          Tensor padded = x.pad(pad);
          Tensor six = Tensor.zeros(x.dim(0), OH, OW, x.dim(1), FH, FW);
          int[] i = new int[6];
          for (int at = 0; at < six.size(); at++) {
            for (int axis = 5, rest = at; axis >= 0; rest /= six.dim(axis), axis--) {
              i[axis] = rest % six.dim(axis);
            }
            six.array()[at] = padded.get(i[0], i[3], i[1] * stride + i[4], i[2] * stride + i[5]);
          }
          return six.transpose(order).reshape(x.dim(0) * OH * OW, x.dim(1) * FH * FW);
        });
  }

  @Test
  void im2col() {
    assertEquals("im2col: right (col).", Workbook.im2col(Im2col::im2col));
    assertEquals("im2col: right (col).", ordered(0, 1, 2, 3, 4, 5));
    assertEquals("im2col: not written yet.", columns(col -> null));
    assertEquals(
        "im2col, col with stride 1, pad 0: the shape is (18, 30), expected (N*OH*OW, C*FH*FW) ="
            + " (30, 18). It lies on its side: transpose it.",
        columns(Tensor::transpose));
    String step = "im2col, col with stride 1, pad 0: ";
    found(
        step,
        "The columns are in the order (fh, fw, c); (c, fh, fw) is expected.",
        ordered(0, 1, 2, 4, 5, 3));
    found(
        step,
        "The columns are in the order (c, fw, fh); (c, fh, fw) is expected.",
        ordered(0, 1, 2, 3, 5, 4));
    found(
        step,
        "The rows are in the order (n, ow, oh); (n, oh, ow) is expected.",
        ordered(0, 2, 1, 3, 4, 5));
    found(
        step,
        "The rows are in the order (oh, ow, n); (n, oh, ow) is expected.",
        ordered(1, 2, 0, 3, 4, 5));
    found(
        step,
        "The six axes are still (n, c, fh, fw, oh, ow): transpose before you reshape.",
        ordered(0, 3, 4, 5, 1, 2));
    found(
        step,
        "These are the right numbers in another order: look at reshape and transpose.",
        ordered(5, 4, 3, 2, 1, 0));
    found(
        step,
        "The numbers are right, only the last reshape is missing.",
        columns(col -> col.reshape(-1)));
    step = "im2col, col with stride 2, pad 1: ";
    found(
        step,
        "This is what comes out without padding: put pad zeros on each side first.",
        Workbook.im2col((x, FH, FW, stride, pad) -> Im2col.im2col(x, FH, FW, stride, 0)));
    found(
        step,
        "This is what comes out with stride 1: OH = (H + 2 pad - FH) / stride + 1.",
        Workbook.im2col((x, FH, FW, stride, pad) -> Im2col.im2col(x, FH, FW, 1, pad)));
    found(
        step,
        "Window oh begins at oh * stride, not at oh; and so with ow.",
        Workbook.im2col(
            (x, FH, FW, stride, pad) -> {
              Tensor padded = x.pad(pad);
              Tensor col = Im2col.im2col(x, FH, FW, stride, pad);
              int OH = (padded.dim(2) - FH) / stride + 1;
              int OW = (padded.dim(3) - FW) / stride + 1;
              for (int row = 0; row < col.dim(0); row++) {
                for (int k = 0; k < col.dim(1); k++) {
                  int h = row / OW % OH + k / FW % FH;
                  col.set(padded.get(row / OW / OH, k / FW / FH, h, row % OW + k % FW), row, k);
                }
              }
              return col;
            }));
    assertEquals(
        "im2col, col with stride 1, pad 0: the result is right, but the x that it was given is"
            + " changed. Write into a new tensor.",
        Workbook.im2col(
            (x, FH, FW, stride, pad) -> {
              Tensor col = Im2col.im2col(x, FH, FW, stride, pad);
              x.set(99, 0, 0, 0, 0);
              return col;
            }));
    assertEquals(
        "im2col, col with stride 1, pad 0: your code stops. reshape: the 180 values of (2, 3, 5, 6)"
            + " do not fill [7, 7]",
        Workbook.im2col((x, FH, FW, stride, pad) -> x.reshape(7, 7)));
    assertEquals(
        "im2col, col with stride 1, pad 0: of (N*OH*OW, C*FH*FW), number (0, 0) is NaN, expected"
            + " -118.",
        columns(col -> col.mul(Double.NaN)));
  }

  // ------------------------------------------------------------- Convolution

  private static String convolution(Step out, Step dW, Step db, Step dx) {
    return Workbook.convolution(
        (W, b, stride, pad) -> {
          Changed layer = new Changed(new Convolution(W, b, stride, pad), out, dW, db, dx);
          layer.stride = stride;
          layer.pad = pad;
          return layer;
        });
  }

  private static String out(UnaryOperator<Tensor> change) {
    return convolution((layer, right) -> change.apply(right), SAME, SAME, SAME);
  }

  private static String dW(UnaryOperator<Tensor> change) {
    return convolution(SAME, (layer, right) -> change.apply(right), SAME, SAME);
  }

  private static String db(UnaryOperator<Tensor> change) {
    return convolution(SAME, SAME, (layer, right) -> change.apply(right), SAME);
  }

  private static String dx(Step change) {
    return convolution(SAME, SAME, SAME, change);
  }

  /** dout as a row for each window: (N*OH*OW, FN). */
  private static Tensor rows(Changed layer) {
    return layer.dout.transpose(0, 2, 3, 1).reshape(-1, 4);
  }

  @Test
  void convolutionForward() {
    String right = "Convolution: right (forward, dW, db, dx).";
    assertEquals(right, Workbook.convolution(Convolution::new));
    assertEquals(right, Workbook.convolution(Loops::new));
    assertEquals("Convolution: not written yet.", out(y -> null));
    String step = "Convolution, forward with stride 1, pad 0: ";
    found(
        step,
        "The bias is missing: add b.",
        Workbook.convolution((W, b, s, p) -> new Convolution(W, b.mul(0), s, p)));
    found(
        "Convolution, forward with stride 2, pad 1: ",
        "This is what comes out without padding: put pad zeros on each side first.",
        Workbook.convolution((W, b, s, p) -> new Convolution(W, b, s, 0)));
    found(
        "Convolution, forward with stride 2, pad 1: ",
        "This is what comes out with stride 1: OH = (H + 2 pad - FH) / stride + 1.",
        Workbook.convolution((W, b, s, p) -> new Convolution(W, b, 1, p)));
    found(
        step,
        "Reshape it to (N, OH, OW, FN) and transpose that to (N, FN, OH, OW).",
        out(y -> y.transpose(0, 2, 3, 1).reshape(-1, y.dim(1))));
    found(step, "The last transpose is missing: (0, 3, 1, 2).", out(y -> y.transpose(0, 2, 3, 1)));
    found(
        step,
        "The filter is the last axis of the product: reshape to (N, OH, OW, FN) first, then"
            + " transpose.",
        out(y -> y.transpose(0, 2, 3, 1).reshape(y.shape().toArray())));
    found(
        step,
        "OH and OW have changed places: the last transpose is (0, 3, 1, 2).",
        out(y -> y.transpose(0, 1, 3, 2)));
    found(
        step,
        "W.reshape(C*FH*FW, FN) has the right shape and wrong values: reshape W to (FN, -1) and"
            + " transpose it.",
        Workbook.convolution(
            (W, b, s, p) -> {
              Tensor K = W.reshape(-1, W.dim(0)).transpose().reshape(W.shape().toArray());
              return new Convolution(K, b, s, p);
            }));
    found(
        step,
        "The filters are turned by half a turn: what is called convolution here does not turn them.",
        Workbook.convolution(
            (W, b, s, p) -> {
              Tensor turned = W.reshape(-1, 6);
              for (int i = 0; i < W.size(); i++) {
                turned.set(W.array()[i / 6 * 6 + 5 - i % 6], i / 6, i % 6);
              }
              return new Convolution(turned.reshape(W.shape().toArray()), b, s, p);
            }));
    assertEquals(
        "Convolution, forward with stride 1, pad 0: your code stops. dot: (30, 18) . (4, 18) does not"
            + " fit, expected (m, k) . (k, n)",
        convolution(
            (l, y) -> Im2col.im2col(l.x, 3, 2, l.stride, l.pad).dot(l.W().reshape(4, -1)),
            SAME,
            SAME,
            SAME));
  }

  @Test
  void convolutionBackward() {
    String step = "Convolution, dW with stride 1, pad 0: ";
    assertEquals(
        "Convolution: forward right, dW not written yet. Set the field: dW = ..., without Tensor"
            + " before it.",
        dW(dW -> null));
    UnaryOperator<Tensor> turned = dW -> dW.reshape(dW.dim(0), -1).transpose();
    found(step, "dW is turned round: transpose it, then reshape it to W's shape.", dW(turned));
    found(
        step,
        "dW is turned round: (C*FH*FW, FN) must be transposed before it is reshaped.",
        dW(dW -> turned.apply(dW).reshape(dW.shape().toArray())));
    found(
        step,
        "The numbers are right, only the last reshape is missing.",
        dW(dW -> dW.reshape(dW.dim(0), -1)));
    String mean = "It is divided by N: the loss has divided already, once is enough.";
    found(step, mean, dW(dW -> dW.mul(0.5)));
    found(step, "Each number is -1 times what it should be.", dW(dW -> dW.mul(-1)));
    Tensor[] former = new Tensor[1];
    former[0] = null;
    found(
        step,
        "It is added to the former dW: each backward sets dW anew.",
        dW(dW -> former[0] = former[0] == null ? dW : former[0].add(dW)));
    former[0] = null;
    found(
        step,
        "It belongs to an earlier forward: each forward must remember its own x.",
        dW(dW -> former[0] = former[0] == null ? dW : former[0]));
    String order =
        "The filter is dout's second axis: transpose dout to (N, OH, OW, FN), then reshape.";
    found(
        step,
        order,
        convolution(
            SAME,
            (l, dW) -> {
              Tensor rows = l.dout.reshape(-1, 4);
              return rows.transpose()
                  .dot(Im2col.im2col(l.x, 3, 2, l.stride, l.pad))
                  .reshape(4, 3, 3, 2);
            },
            SAME,
            SAME));
    step = "Convolution, db with stride 1, pad 0: ";
    assertEquals(
        "Convolution: forward, dW right, db not written yet. Set the field: db = ..., without Tensor"
            + " before it.",
        db(db -> null));
    found(step, mean, db(db -> db.mul(0.5)));
    found(
        step,
        "Sum over the first axis only: one number for each bias.",
        db(db -> Tensor.of(db.sum())));
    found(
        step,
        "Sum it over its rows: each bias is used at every place of every image.",
        convolution(SAME, SAME, (l, db) -> rows(l), SAME));
    found(step, order, convolution(SAME, SAME, (l, db) -> l.dout.reshape(-1, 4).sum(0), SAME));
    step = "Convolution, dx with stride 1, pad 0: ";
    found(
        step,
        "This is dcol: col2im adds its windows up to images.",
        dx((l, dx) -> rows(l).dot(l.W().reshape(4, -1))));
    found(
        step,
        order,
        convolution(
            SAME,
            SAME,
            SAME,
            (l, dx) -> {
              Tensor dcol = l.dout.reshape(-1, 4).dot(l.W().reshape(4, -1));
              return Im2col.col2im(dcol, l.x.shape(), 3, 2, l.stride, l.pad);
            }));
    found(
        step,
        "Use the same column matrix of W as forward: W.reshape(FN, -1).",
        convolution(
            SAME,
            SAME,
            SAME,
            (l, dx) -> {
              Tensor rows = rows(l);
              Tensor dcol = rows.dot(l.W().reshape(-1, 4).transpose());
              return Im2col.col2im(dcol, l.x.shape(), 3, 2, l.stride, l.pad);
            }));
    found(
        step,
        "Windows overlap: their gradients must be added where they meet, not overwritten.",
        convolution(
            SAME,
            SAME,
            SAME,
            (l, dx) -> {
              Tensor rows = rows(l);
              return lastOnly(rows.dot(l.W().reshape(4, -1)), l.x.shape(), 3, 2, l.stride);
            }));
    assertEquals(
        "Convolution, dx with stride 1, pad 0: the result is right, but the dout that it was given is"
            + " changed. Write into a new tensor.",
        convolution(
            SAME,
            SAME,
            SAME,
            (l, dx) -> {
              l.dout.set(0, 0, 0, 0, 0);
              return dx;
            }));
  }

  /** col2im with = in place of +=, without padding. */
  private static Tensor lastOnly(Tensor dcol, Shape x, int FH, int FW, int stride) {
    Tensor dx = Tensor.zeros(x);
    int OH = (x.dim(2) - FH) / stride + 1;
    int OW = (x.dim(3) - FW) / stride + 1;
    for (int row = 0; row < dcol.dim(0); row++) {
      for (int k = 0; k < dcol.dim(1); k++) {
        int h = row / OW % OH * stride + k / FW % FH;
        dx.set(dcol.get(row, k), row / OW / OH, k / FW / FH, h, row % OW * stride + k % FW);
      }
    }
    return dx;
  }

  /** Seven loops, no matrix. */
  private static final class Loops extends ParameterLayer {
    private final int stride;
    private final int pad;
    private Tensor padded;

    Loops(Tensor W, Tensor b, int stride, int pad) {
      super(W, b);
      this.stride = stride;
      this.pad = pad;
    }

    private interface Step {
      void at(int n, int fn, int oh, int ow, int c, int fh, int fw);
    }

    private void each(Shape out, Step step) {
      for (int n = 0; n < out.dim(0); n++) {
        for (int fn = 0; fn < out.dim(1); fn++) {
          for (int oh = 0; oh < out.dim(2); oh++) {
            for (int ow = 0; ow < out.dim(3); ow++) {
              for (int k = 0; k < W.size() / W.dim(0); k++) {
                int plane = W.dim(2) * W.dim(3);
                step.at(n, fn, oh, ow, k / plane, k % plane / W.dim(3), k % W.dim(3));
              }
            }
          }
        }
      }
    }

    @Override
    public Tensor forward(Tensor x) {
      padded = x.pad(pad);
      int OH = (padded.dim(2) - W.dim(2)) / stride + 1;
      int OW = (padded.dim(3) - W.dim(3)) / stride + 1;
      Tensor out = Tensor.zeros(x.dim(0), W.dim(0), OH, OW);
      each(
          out.shape(),
          (n, fn, oh, ow, c, fh, fw) -> {
            float pixel = padded.get(n, c, oh * stride + fh, ow * stride + fw);
            float bias = c + fh + fw == 0 ? b.get(fn) : 0;
            out.set(out.get(n, fn, oh, ow) + pixel * W.get(fn, c, fh, fw) + bias, n, fn, oh, ow);
          });
      return out;
    }

    @Override
    public Tensor backward(Tensor dout) {
      Tensor d = Tensor.zeros(padded.shape());
      dW = Tensor.zeros(W.shape());
      db = Tensor.zeros(b.shape());
      each(
          dout.shape(),
          (n, fn, oh, ow, c, fh, fw) -> {
            int h = oh * stride + fh;
            int w = ow * stride + fw;
            float g = dout.get(n, fn, oh, ow);
            dW.set(dW.get(fn, c, fh, fw) + g * padded.get(n, c, h, w), fn, c, fh, fw);
            db.set(db.get(fn) + (c + fh + fw == 0 ? g : 0), fn);
            d.set(d.get(n, c, h, w) + g * W.get(fn, c, fh, fw), n, c, h, w);
          });
      Tensor dx = Tensor.zeros(d.dim(0), d.dim(1), d.dim(2) - 2 * pad, d.dim(3) - 2 * pad);
      for (int i = 0; i < dx.size(); i++) {
        int w = i % dx.dim(3);
        int h = i / dx.dim(3) % dx.dim(2);
        int c = i / dx.dim(3) / dx.dim(2) % dx.dim(1);
        dx.array()[i] = d.get(i / dx.dim(3) / dx.dim(2) / dx.dim(1), c, h + pad, w + pad);
      }
      return dx;
    }
  }

  // ----------------------------------------------------------------- Pooling

  private static String pooling(Step out, Step dx) {
    return Workbook.pooling(
        (PH, PW, s, p) -> new Changed(new Pooling(PH, PW, s, p), out, SAME, SAME, dx));
  }

  @Test
  void pooling() {
    assertEquals("Pooling: right (forward, dx).", Workbook.pooling(Pooling::new));
    assertEquals("Pooling: right (forward, dx).", Workbook.pooling(PoolingLoops::new));
    assertEquals("Pooling: not written yet.", pooling((l, y) -> null, SAME));
    assertEquals("Pooling: forward right, dx not written yet.", pooling(SAME, (l, y) -> null));
    String step = "Pooling, forward with window 2 x 2, stride 2, pad 0: ";
    found(
        step,
        "This is the average: max pooling takes the largest.",
        Workbook.pooling(AveragePooling::new));
    found(
        step,
        "This is the smallest of each window: max pooling takes the largest.",
        Workbook.pooling(
            (PH, PW, s, p) -> {
              Pooling negative = new Pooling(PH, PW, s, p);
              return new Changed(negative, SAME, SAME, SAME, SAME) {
                @Override
                public Tensor forward(Tensor x) {
                  return negative.forward(x.mul(-1)).mul(-1);
                }
              };
            }));
    found(
        step,
        "The last transpose is missing: (0, 3, 1, 2).",
        pooling((l, y) -> y.transpose(0, 2, 3, 1), SAME));
    found(
        step,
        "The channel is the last axis after the maximum: reshape to (N, OH, OW, C), then transpose.",
        pooling((l, y) -> y.transpose(0, 2, 3, 1).reshape(y.shape().toArray()), SAME));
    step = "Pooling, forward with window 2 x 3, stride 2, pad 1: ";
    found(
        step,
        "Zeros as padding beat every negative number: pad with minus infinity.",
        Workbook.pooling(
            (PH, PW, s, p) -> {
              Pooling inner = new Pooling(PH, PW, s, 0);
              return new Changed(inner, SAME, SAME, SAME, SAME) {
                @Override
                public Tensor forward(Tensor x) {
                  return inner.forward(x.pad(p));
                }
              };
            }));
    found(
        "Pooling, forward with window 2 x 2, stride 2, pad 0: ",
        "A window may hold negative numbers only: begin the search with minus infinity, not 0.",
        pooling((l, y) -> y.map(v -> Math.max(0, v)), SAME));
    found(
        step,
        "The padding is missing.",
        Workbook.pooling((PH, PW, s, p) -> new Pooling(PH, PW, s, 0)));
    step = "Pooling, dx with window 2 x 2, stride 2, pad 0: ";
    found(
        step,
        "This is the mask of an earlier pass: each forward must remember where its own largest were.",
        Workbook.pooling(
            (PH, PW, s, p) -> {
              Pooling first = new Pooling(PH, PW, s, p);
              Pooling later = new Pooling(PH, PW, s, p);
              int[] calls = new int[1];
              return new Changed(first, SAME, SAME, SAME, SAME) {
                @Override
                public Tensor forward(Tensor x) { // the check's second call is the earlier pass
                  return ++calls[0] == 2 ? first.forward(x) : later.forward(x);
                }
              };
            }));
    found(
        step,
        "Every pixel of a window gets dout: only the one that was the largest may.",
        average(4));
    found(
        step,
        "This is the backward of the average: only the pixel that was the largest gets dout.",
        average(1));
    found(
        "Pooling, dx with window 2 x 3, stride 2, pad 0: ",
        "Windows overlap: their gradients must be added where they meet, not overwritten.",
        Workbook.pooling((PH, PW, s, p) -> new PoolingLoops(PH, PW, s, p, true)));
    found(
        "Pooling, dx with window 2 x 3, stride 2, pad 0: ",
        "Windows overlap: their gradients must be added where they meet, not overwritten.",
        Workbook.pooling(
            (PH, PW, s, p) ->
                new Changed(
                    new Pooling(PH, PW, s, p),
                    SAME,
                    SAME,
                    SAME,
                    (l, dx) -> p > 0 || PW == 2 ? dx : scattered(l, PH, PW, s))));
    found(step, "Each number is 2 times what it should be.", pooling(SAME, (l, y) -> y.mul(2)));
  }

  /** dcol from its argmax, put back with = in place of +=. */
  private static Tensor scattered(Changed layer, int PH, int PW, int stride) {
    Tensor at = Im2col.im2col(layer.x, PH, PW, stride, 0).reshape(-1, PH * PW).argmax(1);
    Tensor dcol = Tensor.zeros(at.size(), PH * PW);
    for (int i = 0; i < at.size(); i++) {
      dcol.set(layer.dout.transpose(0, 2, 3, 1).array()[i], i, (int) at.get(i));
    }
    int columns = layer.x.dim(1) * PH * PW;
    return lastOnly(dcol.reshape(-1, columns), layer.x.shape(), PH, PW, stride);
  }

  private static String average(double factor) {
    return Workbook.pooling(
        (PH, PW, s, p) -> {
          AveragePooling average = new AveragePooling(PH, PW, s, p);
          Step dx =
              (layer, right) -> {
                average.forward(layer.x);
                return average.backward(layer.dout).mul(factor);
              };
          return new Changed(new Pooling(PH, PW, s, p), SAME, SAME, SAME, dx);
        });
  }

  /** Each window by itself, without columns. */
  private static final class PoolingLoops implements Layer {
    private final int PH;
    private final int PW;
    private final int stride;
    private final int pad;
    private final boolean overwrites;
    private int[] from;
    private Shape xShape;

    PoolingLoops(int PH, int PW, int stride, int pad) {
      this(PH, PW, stride, pad, false);
    }

    PoolingLoops(int PH, int PW, int stride, int pad, boolean overwrites) {
      this.PH = PH;
      this.PW = PW;
      this.stride = stride;
      this.pad = pad;
      this.overwrites = overwrites;
    }

    @Override
    public Tensor forward(Tensor x) {
      xShape = x.shape();
      int H = x.dim(2);
      int W = x.dim(3);
      int OH = (H + 2 * pad - PH) / stride + 1;
      int OW = (W + 2 * pad - PW) / stride + 1;
      Tensor out = Tensor.full(Double.NEGATIVE_INFINITY, x.dim(0), x.dim(1), OH, OW);
      from = new int[out.size()];
      for (int o = 0; o < out.size(); o++) {
        for (int k = 0; k < PH * PW; k++) {
          int h = o / OW % OH * stride + k / PW - pad;
          int w = o % OW * stride + k % PW - pad;
          int at = (o / OW / OH * H + h) * W + w;
          if (h >= 0 && h < H && w >= 0 && w < W && x.array()[at] > out.array()[o]) {
            out.array()[o] = x.array()[at];
            from[o] = at;
          }
        }
      }
      return out;
    }

    @Override
    public Tensor backward(Tensor dout) {
      Tensor dx = Tensor.zeros(xShape);
      for (int o = 0; o < from.length; o++) {
        dx.array()[from[o]] = dout.array()[o] + (overwrites ? 0 : dx.array()[from[o]]);
      }
      return dx;
    }
  }

  // ------------------------------------------------------------ Affine, ReLU

  private static String affine(Step out, Step dW, Step db, Step dx) {
    return Workbook.affine((W, b) -> new Changed(new Affine(W, b), out, dW, db, dx));
  }

  @Test
  void affine() {
    String right = "Affine: right (forward, dW, db, dx).";
    assertEquals(right, Workbook.affine(Affine::new));
    assertEquals("Affine: not written yet.", affine((l, y) -> null, SAME, SAME, SAME));
    String step = "Affine, forward with x (3, 4): ";
    found(step, "The bias is missing: add b.", affine((l, y) -> y.sub(l.b()), SAME, SAME, SAME));
    assertEquals(
        "Affine, forward with x (3, 1, 2, 2): your code stops. dot: (3, 1, 2, 2) . (4, 5) does not"
            + " fit, expected (m, k) . (k, n). Read x as rows first: x.reshape(x.dim(0), -1).",
        affine((l, y) -> l.x.dot(l.W()).add(l.b()), SAME, SAME, SAME));
    step = "Affine, dW with x (3, 4): ";
    found(
        step,
        "dW is turned round: it is x^T . dout, not dout^T . x.",
        affine(SAME, (l, y) -> y.transpose(), SAME, SAME));
    String mean = "It is divided by N: the loss has divided already, once is enough.";
    found(step, mean, affine(SAME, (l, y) -> y.mul(1 / 3.0), SAME, SAME));
    assertEquals(
        "Affine: forward right, dW not written yet. Set the field: dW = ..., without Tensor before it.",
        affine(SAME, (l, y) -> null, SAME, SAME));
    step = "Affine, db with x (3, 4): ";
    found(
        step,
        "It is summed over the wrong axis: sum over the images, axis 0.",
        affine(SAME, SAME, (l, y) -> l.dout.sum(1), SAME));
    found(
        step,
        "Sum it over the images: (N, M) -> (M,).",
        affine(SAME, SAME, (l, y) -> l.dout, SAME));
    found(step, mean, affine(SAME, SAME, (l, y) -> y.mul(1 / 3.0), SAME));
    found(
        "Affine, dx with x (3, 1, 2, 2): ",
        "Give dx the shape of x back.",
        affine(SAME, SAME, SAME, (l, y) -> y.reshape(3, 4)));
    found(
        "Affine, dx with x (3, 4): ",
        "It lies on its side: transpose it.",
        affine(SAME, SAME, SAME, (l, y) -> y.transpose()));
  }

  private static Layer relu(UnaryOperator<Tensor> out, Step dx) {
    return new Changed(new ReLU(), (layer, right) -> out.apply(layer.x), SAME, SAME, dx);
  }

  private static UnaryOperator<Tensor> each(DoubleUnaryOperator function) {
    return t -> t.map(function);
  }

  @Test
  void relu() {
    UnaryOperator<Tensor> right = each(v -> Math.max(0, v));
    assertEquals("ReLU: right (forward, dx).", Workbook.relu(ReLU::new));
    assertEquals("ReLU: right (forward, dx).", Workbook.relu(() -> relu(right, SAME)));
    assertEquals("ReLU: not written yet.", Workbook.relu(() -> relu(x -> null, SAME)));
    String step = "ReLU, forward: ";
    found(
        step,
        "The negative numbers are still there: they become 0.",
        Workbook.relu(() -> relu(x -> x, SAME)));
    found(
        step,
        "This is the absolute value: what is negative becomes 0.",
        Workbook.relu(() -> relu(each(Math::abs), SAME)));
    found(
        step,
        "The mask is turned round: what is above 0 stays.",
        Workbook.relu(() -> relu(each(v -> Math.min(0, v)), SAME)));
    found(
        step,
        "This is the mask: multiply it by x.",
        Workbook.relu(() -> relu(each(v -> v > 0 ? 1 : 0), SAME)));
    assertEquals(
        "ReLU, forward: the result is right, but the x that it was given is changed. Write into a new"
            + " tensor.",
        Workbook.relu(
            () ->
                relu(
                    x -> {
                      for (int i = 0; i < x.size(); i++) {
                        x.array()[i] = Math.max(0, x.array()[i]);
                      }
                      return x;
                    },
                    SAME)));
    step = "ReLU, dx: ";
    found(
        step,
        "Where x is exactly 0 nothing passes: the mask is x > 0, not x >= 0.",
        Workbook.relu(() -> relu(right, (l, dx) -> l.dout.mul(l.x.map(v -> v >= 0 ? 1 : 0)))));
    UnaryOperator<Tensor> mask = each(v -> v > 0 ? 1 : 0);
    found(
        step,
        "Where x was not above 0 nothing came through, so nothing goes back.",
        Workbook.relu(() -> relu(right, (l, dx) -> l.dout)));
    found(
        step,
        "This is the mask: multiply it by dout.",
        Workbook.relu(() -> relu(right, (l, dx) -> mask.apply(l.x))));
    found(
        step,
        "The mask is turned round: dout passes where x was above 0.",
        Workbook.relu(() -> relu(right, (l, dx) -> l.dout.sub(dx))));
    found(
        step,
        "It looks at the sign of dout: what counts is the sign of x.",
        Workbook.relu(() -> relu(right, (l, dx) -> right.apply(l.dout))));
    int[] calls = new int[1];
    Tensor[] earlier = new Tensor[1];
    found(
        step,
        "This is the mask of an earlier pass: each forward must remember its own.",
        Workbook.relu(
            () ->
                relu(
                    x -> {
                      earlier[0] = ++calls[0] == 2 ? x : earlier[0]; // the check's second forward
                      return right.apply(x);
                    },
                    (l, dx) -> l.dout.mul(mask.apply(earlier[0])))));
    assertEquals(
        "ReLU, dx: the result is right, but the dout that it was given is changed. Write into a new"
            + " tensor.",
        Workbook.relu(
            () ->
                relu(
                    right,
                    (l, dx) -> {
                      System.arraycopy(dx.array(), 0, l.dout.array(), 0, dx.size());
                      return l.dout;
                    })));
  }

  // --------------------------------------------------- SoftmaxWithLoss, AdaGrad

  /** Written out, with the mistakes as switches. */
  private static class Loss implements Workbook.LastLayer {
    Tensor y;
    Tensor t;

    Tensor softmax(Tensor x) {
      return Functions.softmax(x);
    }

    double loss(double sum, int N) {
      return sum / N;
    }

    double logarithm(double y) {
      return Math.log(y + 1e-7);
    }

    Tensor dx(Tensor difference, int N) {
      return difference.mul(1.0 / N);
    }

    @Override
    public double forward(Tensor x, Tensor t) {
      this.t = t;
      y = softmax(x);
      double sum = 0;
      for (int i = 0; i < y.size(); i++) {
        sum -= t.array()[i] == 1 ? logarithm(y.array()[i]) : 0;
      }
      return loss(sum, x.dim(0));
    }

    @Override
    public Tensor backward() {
      return dx(y.sub(t), t.dim(0));
    }
  }

  private static Loss loss(DoubleUnaryOperator change) {
    return new Loss() {
      @Override
      double loss(double sum, int N) {
        return change.applyAsDouble(sum);
      }
    };
  }

  private static String lossGradient(Step change) {
    return Workbook.softmaxWithLoss(
        () ->
            new Loss() {
              @Override
              Tensor dx(Tensor difference, int N) {
                return change.of(null, difference);
              }
            });
  }

  @Test
  void softmaxWithLoss() {
    SoftmaxWithLoss library = new SoftmaxWithLoss();
    String right = "SoftmaxWithLoss: right (loss, dx).";
    assertEquals(right, Workbook.softmaxWithLoss(Loss::new));
    assertEquals(
        right,
        Workbook.softmaxWithLoss(
            () ->
                new Workbook.LastLayer() {
                  @Override
                  public double forward(Tensor x, Tensor t) {
                    return library.forward(x, t);
                  }

                  @Override
                  public Tensor backward() {
                    return library.backward();
                  }
                }));
    assertEquals(
        "SoftmaxWithLoss: not written yet.",
        Workbook.softmaxWithLoss(
            () ->
                new Workbook.LastLayer() {
                  @Override
                  public double forward(Tensor x, Tensor t) {
                    return 0;
                  }

                  @Override
                  public Tensor backward() {
                    return null;
                  }
                }));
    String step = "SoftmaxWithLoss, loss: ";
    found(
        step,
        "Divide the sum by N: the loss is a mean over the images.",
        Workbook.softmaxWithLoss(() -> loss(sum -> sum)));
    found(
        step,
        "Divide by N only: a row's sum over the classes is its loss.",
        Workbook.softmaxWithLoss(() -> loss(sum -> sum / 12)));
    found(
        step,
        "The minus is missing: loss = -log(y of the right class).",
        Workbook.softmaxWithLoss(() -> loss(sum -> -sum / 3)));
    found(
        step,
        "This is log10: the loss has the natural logarithm.",
        Workbook.softmaxWithLoss(() -> loss(sum -> sum / 3 / Math.log(10))));
    found(
        step,
        "This is log2: the loss has the natural logarithm.",
        Workbook.softmaxWithLoss(() -> loss(sum -> sum / 3 / Math.log(2))));
    found(
        step,
        "Softmax is taken over the images: each row must add up to 1.",
        Workbook.softmaxWithLoss(
            () ->
                new Loss() {
                  @Override
                  Tensor softmax(Tensor x) {
                    return Functions.softmax(x.transpose()).transpose();
                  }
                }));
    assertEquals(
        "SoftmaxWithLoss, loss with scores of 1000: e^1000 is no number any more. Subtract each row's"
            + " largest score first.",
        Workbook.softmaxWithLoss(
            () ->
                new Loss() {
                  @Override
                  Tensor softmax(Tensor x) {
                    Tensor e = x.map(Math::exp);
                    Tensor sums = e.sum(1).reshape(-1, 1).dot(Tensor.full(1, 1, x.dim(1)));
                    return e.mul(sums.map(v -> 1 / v));
                  }
                }));
    assertEquals(
        "SoftmaxWithLoss, loss with a right class of probability 0: log(0) is minus infinity. Add a"
            + " small number, 1e-7, before the logarithm.",
        Workbook.softmaxWithLoss(
            () ->
                new Loss() {
                  @Override
                  double logarithm(double y) {
                    return Math.log(y);
                  }
                }));
    found(
        step,
        "Divide by the row's sum: each row of y must add up to 1.",
        Workbook.softmaxWithLoss(
            () ->
                new Loss() {
                  @Override
                  Tensor softmax(Tensor x) {
                    Tensor least = x.max(1).reshape(-1, 1).dot(Tensor.full(1, 1, x.dim(1)));
                    return x.sub(least).map(Math::exp);
                  }
                }));
    assertEquals(
        "SoftmaxWithLoss, loss: it is 5, expected 4.231.",
        Workbook.softmaxWithLoss(() -> loss(sum -> 5)));
    assertEquals(
        "SoftmaxWithLoss, dx: your code stops where something is null. Does forward remember what"
            + " backward needs, in a field (this.x = x) and not in a variable of its own? Java says: t",
        Workbook.softmaxWithLoss(
            () ->
                new Loss() {
                  @Override
                  public Tensor backward() {
                    throw new NullPointerException("t");
                  }
                }));
    step = "SoftmaxWithLoss, dx: ";
    found(
        step,
        "All numbers are 0. (Mind that 1 / 3 is 0 in Java: write 1.0 / 3.)",
        lossGradient((l, d) -> d.mul(1 / 3)));
    found(step, "Divide by N: the loss is a mean over the images.", lossGradient((l, d) -> d));
    found(
        step,
        "The sign is turned round: dx = (y - t) / N.",
        lossGradient((l, d) -> d.mul(-1 / 3.0)));
    found(
        step,
        "Divide by N only, not by the number of classes.",
        lossGradient((l, d) -> d.mul(1 / 12.0)));
    Tensor t = Functions.oneHot(new int[] {2, 0, 3}, 4);
    found(step, "Subtract t and divide by N: dx = (y - t) / N.", lossGradient((l, d) -> d.add(t)));
    found(step, "Subtract t: dx = (y - t) / N.", lossGradient((l, d) -> d.add(t).mul(1 / 3.0)));
  }

  /** {@code W -= step(h, g)}, h by what it was and g. */
  private static Workbook.Learning adaGrad(Two h, Two step) {
    Map<String, Tensor> memory = new HashMap<>();
    return (params, grads) ->
        params.forEach(
            (name, param) -> {
              Tensor sums = memory.computeIfAbsent(name, n -> Tensor.zeros(param.shape()));
              for (int i = 0; i < param.size(); i++) {
                double g = grads.get(name).array()[i];
                sums.array()[i] = (float) h.of(sums.array()[i], g);
                param.array()[i] -= (float) step.of(sums.array()[i], g);
              }
            });
  }

  private interface Two {
    double of(double h, double g);
  }

  @Test
  void adaGrad() {
    Two sum = (h, g) -> h + g * g;
    String right = "AdaGrad: right (first update, second update, b).";
    assertEquals(right, Workbook.adaGrad(lr -> new AdaGrad(lr)::update));
    assertEquals(
        right, Workbook.adaGrad(lr -> adaGrad(sum, (h, g) -> lr * g / Math.sqrt(h + 1e-12))));
    assertEquals(
        "AdaGrad, update: the tensors in params are as they were, or this is not written yet. Mind"
            + " that W = ... only gives the name W to another tensor: write into W.array().",
        Workbook.adaGrad(lr -> (params, grads) -> {}));
    String step = "AdaGrad, first update: ";
    found(
        step,
        "It goes uphill: W -= lr dW / (sqrt(h) + 1e-7).",
        Workbook.adaGrad(lr -> adaGrad(sum, (h, g) -> -lr * g / (Math.sqrt(h) + 1e-7))));
    found(
        step,
        "Divide by sqrt(h): this is SGD, W -= lr dW.",
        Workbook.adaGrad(lr -> new SGD(lr)::update));
    found(
        step,
        "The learning rate is missing.",
        Workbook.adaGrad(lr -> adaGrad(sum, (h, g) -> g / (Math.sqrt(h) + 1e-7))));
    found(
        step,
        "The square root is missing: W -= lr dW / (sqrt(h) + 1e-7).",
        Workbook.adaGrad(lr -> adaGrad(sum, (h, g) -> lr * g / (h + 1e-7))));
    found(
        step,
        "0 / 0 is no number where dW is 0: divide by sqrt(h) + 1e-7.",
        Workbook.adaGrad(lr -> adaGrad(sum, (h, g) -> lr * g / Math.sqrt(h))));
    found(
        step,
        "h is the sum of the squares: h += dW * dW.",
        Workbook.adaGrad(lr -> adaGrad((h, g) -> h + g, (h, g) -> lr * g / (Math.sqrt(h) + 1e-7))));
    found(
        "AdaGrad, second update: ",
        "h forgets: it must add up the squares of all updates, h += dW * dW.",
        Workbook.adaGrad(lr -> adaGrad((h, g) -> g * g, (h, g) -> lr * g / (Math.sqrt(h) + 1e-7))));
    assertEquals(
        "AdaGrad, update: there is a new tensor in params. Change the one that is there: the layer"
            + " holds it, too.",
        Workbook.adaGrad(lr -> (params, grads) -> params.replaceAll((name, p) -> p.mul(0.5))));
    assertEquals(
        "AdaGrad, first update: the result is right, but the dW that it was given is changed. Write"
            + " into a new tensor.",
        Workbook.adaGrad(
            lr -> {
              AdaGrad library = new AdaGrad(lr);
              return (params, grads) -> {
                library.update(params, grads);
                grads.get("W1").set(0, 0, 0);
              };
            }));
  }

  /** Whoever uses a wrong im2col would look for the fault in the wrong place. */
  @Test
  void aWrongIm2colIsSaid() {
    columns(Tensor::transpose);
    String said = Workbook.convolution((W, b, s, p) -> new Convolution(W, b.mul(0), s, p));
    assertTrue(said.endsWith(" add b. (And im2col is not right yet.)"), said);
    assertEquals("Convolution: not written yet.", out(y -> null));
  }

  @Test
  void whatIsLeftIsTold() {
    Workbook.relu(() -> relu(x -> null, (l, dx) -> dx));
    assertTrue(Workbook.left().contains("ReLU"));
    Workbook.relu(ReLU::new);
    Workbook.im2col(Im2col::im2col);
    assertEquals(false, Workbook.left().contains("ReLU") || Workbook.left().contains("im2col"));
    assertTrue(
        List.of("im2col", "Convolution", "Pooling", "Affine", "ReLU", "SoftmaxWithLoss", "AdaGrad")
            .containsAll(Workbook.left()));
  }
}
