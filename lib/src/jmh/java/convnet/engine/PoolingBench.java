package convnet.engine;

import convnet.layer.Pooling;
import convnet.tensor.Shape;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/** Max pooling of 2 x 2 behind both convolutions. */
public class PoolingBench extends LayerBench {
  @Param({"chapter", "larger"})
  String size;

  @Setup
  public void setUp() {
    Shape shape = size.equals("chapter") ? Shape.of(100, 30, 24, 24) : Shape.of(32, 64, 32, 32);
    setUp(new Pooling(2, 2, 2, 0), shape);
  }
}
