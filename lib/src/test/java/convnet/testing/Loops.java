package convnet.testing;

import convnet.tensor.Tensor;

/** The layers as plain loops in double precision, straight from their definitions: the oracle. */
public final class Loops {
  private Loops() {}

  private static double at(Tensor x, int n, int c, int h, int w) {
    boolean inside = h >= 0 && h < x.dim(2) && w >= 0 && w < x.dim(3);
    return inside ? x.get(n, c, h, w) : 0;
  }

  public static Tensor convolution(Tensor x, Tensor W, Tensor b, Geometry g) {
    double[] out = new double[g.N() * W.dim(0) * g.OH() * g.OW()];
    int i = 0;
    for (int n = 0; n < g.N(); n++) {
      for (int f = 0; f < W.dim(0); f++) {
        for (int oh = 0; oh < g.OH(); oh++) {
          for (int ow = 0; ow < g.OW(); ow++) {
            double sum = b.get(f);
            for (int c = 0; c < g.C(); c++) {
              for (int fh = 0; fh < g.FH(); fh++) {
                for (int fw = 0; fw < g.FW(); fw++) {
                  int h = oh * g.stride() + fh - g.pad();
                  int w = ow * g.stride() + fw - g.pad();
                  sum += at(x, n, c, h, w) * W.get(f, c, fh, fw);
                }
              }
            }
            out[i++] = sum;
          }
        }
      }
    }
    return Tensor.copyOf(out, g.N(), W.dim(0), g.OH(), g.OW());
  }

  /** {dx, dW, db}. */
  public static Tensor[] convolutionBackward(Tensor x, Tensor W, Tensor dout, Geometry g) {
    double[] dx = new double[x.size()];
    double[] dW = new double[W.size()];
    double[] db = new double[W.dim(0)];
    for (int n = 0; n < g.N(); n++) {
      for (int f = 0; f < W.dim(0); f++) {
        for (int oh = 0; oh < g.OH(); oh++) {
          for (int ow = 0; ow < g.OW(); ow++) {
            double d = dout.get(n, f, oh, ow);
            db[f] += d;
            for (int c = 0; c < g.C(); c++) {
              for (int fh = 0; fh < g.FH(); fh++) {
                for (int fw = 0; fw < g.FW(); fw++) {
                  int h = oh * g.stride() + fh - g.pad();
                  int w = ow * g.stride() + fw - g.pad();
                  dW[((f * g.C() + c) * g.FH() + fh) * g.FW() + fw] += d * at(x, n, c, h, w);
                  if (h >= 0 && h < g.H() && w >= 0 && w < g.W()) {
                    dx[((n * g.C() + c) * g.H() + h) * g.W() + w] += d * W.get(f, c, fh, fw);
                  }
                }
              }
            }
          }
        }
      }
    }
    return new Tensor[] {
      Tensor.copyOf(dx, x.shape().toArray()),
      Tensor.copyOf(dW, W.shape().toArray()),
      Tensor.copyOf(db, W.dim(0))
    };
  }

  /** {out, dx} of max or average pooling; padding is never the largest and never counted. */
  public static Tensor[] pooling(Tensor x, Tensor dout, Geometry g, boolean max) {
    double[] out = new double[dout.size()];
    double[] dx = new double[x.size()];
    int i = 0;
    for (int n = 0; n < g.N(); n++) {
      for (int c = 0; c < g.C(); c++) {
        for (int oh = 0; oh < g.OH(); oh++) {
          for (int ow = 0; ow < g.OW(); ow++, i++) {
            double best = Double.NEGATIVE_INFINITY;
            int bestAt = -1;
            double sum = 0;
            int count = 0;
            for (int pass = 0; pass < 2; pass++) {
              for (int ph = 0; ph < g.FH(); ph++) {
                for (int pw = 0; pw < g.FW(); pw++) {
                  int h = oh * g.stride() + ph - g.pad();
                  int w = ow * g.stride() + pw - g.pad();
                  if (h < 0 || h >= g.H() || w < 0 || w >= g.W()) {
                    continue;
                  }
                  int at = ((n * g.C() + c) * g.H() + h) * g.W() + w;
                  if (pass == 1) {
                    dx[at] += max ? 0 : (double) dout.array()[i] / count;
                  } else {
                    count++;
                    sum += x.array()[at];
                    if (x.array()[at] > best) {
                      best = x.array()[at];
                      bestAt = at;
                    }
                  }
                }
              }
            }
            out[i] = max ? best : sum / count;
            if (max) {
              dx[bestAt] += dout.array()[i];
            }
          }
        }
      }
    }
    return new Tensor[] {
      Tensor.copyOf(out, dout.shape().toArray()), Tensor.copyOf(dx, x.shape().toArray())
    };
  }
}
