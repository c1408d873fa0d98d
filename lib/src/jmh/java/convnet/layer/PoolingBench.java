package convnet.layer;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Max pooling of 2 x 2 behind both convolutions. */
public class PoolingBench extends LayerBench {
  @Param({"chapter", "larger"})
  String size;

  @Setup
  public void setUp() {
    System.setProperty("convnet.engine", engine);
    Shape shape = size.equals("chapter") ? Shape.of(100, 30, 24, 24) : Shape.of(32, 64, 32, 32);
    setUp(new Pooling(2, 2, 2, 0), new Loops(), shape);
  }

  /** The definition, read aloud. */
  private static final class Loops implements Layer {
    private Tensor x;

    @Override
    public Tensor forward(Tensor x) {
      this.x = x;
      return walk(null);
    }

    @Override
    public Tensor backward(Tensor dout) {
      return walk(dout);
    }

    /** The output; or, given its gradient, that of the input. */
    private Tensor walk(Tensor dout) {
      Tensor out = Tensor.zeros(x.dim(0), x.dim(1), x.dim(2) / 2, x.dim(3) / 2);
      Tensor dx = Tensor.zeros(x.shape());
      int W = x.dim(3);
      for (int o = 0; o < out.size(); o++) {
        int corner = o / (W / 2) * 2 * W + o % (W / 2) * 2;
        int best = corner;
        for (int i : new int[] {corner + 1, corner + W, corner + W + 1}) {
          best = x.array()[i] > x.array()[best] ? i : best;
        }
        out.array()[o] = x.array()[best];
        if (dout != null) {
          dx.array()[best] += dout.array()[o];
        }
      }
      return dout == null ? out : dx;
    }
  }
}
