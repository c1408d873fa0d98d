package convnet.layer;

import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import convnet.testing.Geometry;
import convnet.testing.Loops;
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
    setUp(new Pooling(2, 2, 2, 0), new Definition(), shape);
  }

  /** The tests' plain loops as a layer. */
  private static final class Definition implements Layer {
    private Tensor x;

    @Override
    public Tensor forward(Tensor x) {
      this.x = x;
      return pooling(Tensor.zeros(x.dim(0), x.dim(1), x.dim(2) / 2, x.dim(3) / 2))[0];
    }

    @Override
    public Tensor backward(Tensor dout) {
      return pooling(dout)[1];
    }

    private Tensor[] pooling(Tensor dout) {
      Geometry g = new Geometry(x.dim(0), x.dim(1), x.dim(2), x.dim(3), 2, 2, 2, 0);
      return Loops.pooling(x, dout, g, true);
    }
  }
}
