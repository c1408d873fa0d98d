package convnet.testing;

import convnet.layer.Layer;
import convnet.layer.Pooling;
import convnet.net.Network;
import convnet.tensor.Tensor;
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
    Network belled = new Network().add("Bell first", new Ring());
    network
        .layers()
        .forEach(
            (name, layer) -> {
              belled.add(name, layer);
              if (layer instanceof Pooling) {
                belled.add("Bell " + name, new Ring());
              }
            });
    return belled.add("Bell last", new Ring());
  }

  private final class Ring implements Layer {
    @Override
    public Tensor forward(Tensor x) {
      call.accept(rings.incrementAndGet());
      return x;
    }

    @Override
    public Tensor backward(Tensor dout) {
      call.accept(rings.incrementAndGet());
      return dout;
    }
  }
}
