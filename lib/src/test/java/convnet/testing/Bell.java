package convnet.testing;

import convnet.layer.Pooling;
import convnet.layer.SliceLayer;
import convnet.net.Network;
import convnet.tensor.Matrix;
import convnet.tensor.Shape;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * Appointments within a training: layers that change nothing and ring whenever images come by, on
 * their way forward or back. What is to happen at a certain place waits for a ring, not for a time.
 */
public final class Bell {
  private final AtomicInteger rings = new AtomicInteger();
  private final IntConsumer call;

  /** Each ring calls with its number, counted from 1, on the thread that is at work. */
  public Bell(IntConsumer call) {
    this.call = call;
  }

  /** How often it has rung. */
  public int rings() {
    return rings.get();
  }

  /** The same layers, ringing in front of the first, behind each pooling and behind the last. */
  public Network within(Network network) {
    Network belled = new Network().add("Bell first", new Layer());
    network
        .layers()
        .forEach(
            (name, layer) -> {
              belled.add(name, layer);
              if (layer instanceof Pooling) {
                belled.add("Bell " + name, new Layer());
              }
            });
    return belled.add("Bell last", new Layer());
  }

  private final class Layer extends SliceLayer {
    @Override
    protected Shape prepare(Shape x) {
      return x;
    }

    @Override
    public boolean imageByImage() {
      return false;
    }

    @Override
    public void forward(int n, Matrix x, Matrix out) {
      handOn(x, out);
    }

    @Override
    public void backward(int n, Matrix x, Matrix dout, Matrix dx) {
      handOn(dout, dx);
    }

    private void handOn(Matrix from, Matrix to) {
      call.accept(rings.incrementAndGet());
      for (int i = 0; i < from.rows(); i++) {
        System.arraycopy(from.data(), from.row(i), to.data(), to.row(i), from.cols());
      }
    }
  }
}
