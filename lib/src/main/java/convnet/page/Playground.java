package convnet.page;

import convnet.conv.Window;
import convnet.data.HalfFloat;
import convnet.layer.Affine;
import convnet.layer.AveragePooling;
import convnet.layer.Convolution;
import convnet.layer.Dropout;
import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.net.Network;
import convnet.notebook.Charts;
import convnet.notebook.Ink;
import convnet.notebook.Pictures;
import convnet.tensor.Functions;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A page with a sheet to draw a digit on, which shows at every stroke what each layer of a network
 * makes of it. The network travels in the page, its parameters as {@link HalfFloat}s, and is
 * computed there.
 */
public final class Playground {
  private static final int MOST_SAMPLES = 40;
  private static final List<String> SCRIPTS =
      List.of("network.js", "drawing.js", "elements.js", "sheet.js", "explain.js", "playground.js");

  private Playground() {}

  /**
   * The page for a network that knows the size of its images.
   *
   * @throws IllegalArgumentException as the other method, or if the network takes images of any
   *     size
   */
  public static Page html(Network network) {
    Shape input = network.input();
    if (input == null) {
      throw new IllegalArgumentException(
          "Playground: this network takes images of any size; give some to click:"
              + " Playground.html(network, x)");
    }
    return page(network, Tensor.zeros(1, input.dim(0), input.dim(1), input.dim(2)), "");
  }

  /**
   * The page, with images to click.
   *
   * @param x up to 40 images {@code (N, C, H, W)}, numbers from 0 to 1
   * @throws IllegalArgumentException if there are none or more, x is no images of the network's, or
   *     a layer or a parameter is none that the page can hold
   */
  public static Page html(Network network, Tensor x) {
    if (x.rank() != 4 || x.dim(0) > MOST_SAMPLES) {
      throw new IllegalArgumentException(
          "Playground: expected 1 to %s images (N, C, H, W) to click, got %s; take x.rows(0, 10)"
              .formatted(MOST_SAMPLES, x.shape()));
    }
    return page(network, x, bytes(x));
  }

  private static Page page(Network network, Tensor x, String samples) {
    Tensor scores = network.predict(x.rows(0, 1)); // (1, K)
    if (scores.rank() != 2) {
      throw new IllegalArgumentException(
          "Playground: the network ends with %s, expected scores (N, K); end it with an Affine layer"
              .formatted(scores.shape()));
    }
    Map<String, Tensor> outputs = outputs(network, x.rows(0, 1));
    Json data =
        new Json()
            .put("input", image(x.shape()))
            .put("layers", layers(network, x.shape(), outputs))
            .base64("params", params(network))
            .base64("samples", samples);
    String words =
        "playground: draw a digit and see what each layer makes of it: %s"
            .formatted(String.join(", ", network.layers().keySet()));
    return Page.of(words, Page.image(words, still(x, scores)), "playground", SCRIPTS, data);
  }

  /** (N, C, H, W) -> (C, H, W), (N, K) -> (K,). */
  private static Shape image(Shape batch) {
    int[] dims = batch.toArray();
    return Shape.of(IntStream.of(dims).skip(1).toArray());
  }

  private static Map<String, Tensor> outputs(Network network, Tensor x) {
    Map<String, Tensor> outputs = new LinkedHashMap<>();
    for (Map.Entry<String, Layer> layer : network.layers().entrySet()) {
      x = layer.getValue().forward(x, false);
      outputs.put(layer.getKey(), x);
    }
    return outputs;
  }

  private static List<Json> layers(Network network, Shape x, Map<String, Tensor> outputs) {
    List<Json> layers = new ArrayList<>();
    for (Map.Entry<String, Layer> entry : network.layers().entrySet()) {
      Layer layer = entry.getValue();
      Shape out = outputs.get(entry.getKey()).shape();
      Json json = new Json().put("name", entry.getKey());
      json.put("kind", kind(entry.getKey(), layer)).put("in", image(x)).put("out", image(out));
      if (layer instanceof ParameterLayer learner) {
        json.put("W", learner.W().size()).put("b", learner.b().size());
      }
      Window window = window(layer, x);
      if (window != null) {
        json.put("window", window.FH(), window.FW(), window.stride(), window.pad());
      }
      if (layer instanceof Dropout dropout) {
        json.put("keeps", dropout.keeps());
      }
      layers.add(json);
      x = out;
    }
    return layers;
  }

  private static String kind(String name, Layer layer) {
    for (Class<?> known :
        List.of(
            Convolution.class,
            Pooling.class,
            AveragePooling.class,
            ReLU.class,
            Dropout.class,
            Affine.class)) {
      if (layer.getClass() == known) {
        return known.getSimpleName();
      }
    }
    throw new IllegalArgumentException(
        "Playground: layer %s is of class %s, and the page computes the library's layers only"
            .formatted(name, layer.getClass().getSimpleName()));
  }

  private static Window window(Layer layer, Shape x) {
    if (layer instanceof Convolution c) {
      Shape W = c.W().shape();
      return new Window(x.dim(2), x.dim(3), W.dim(2), W.dim(3), c.stride(), c.pad());
    }
    return layer instanceof Pooling p
        ? p.window(x)
        : layer instanceof AveragePooling a ? a.window(x) : null;
  }

  /** All parameters, W before b, in the layers' order. */
  private static String params(Network network) {
    Map<String, Tensor> params = network.params();
    int size = params.values().stream().mapToInt(Tensor::size).sum();
    ByteBuffer bytes = ByteBuffer.allocate(2 * size).order(ByteOrder.LITTLE_ENDIAN);
    params.forEach(
        (name, param) -> {
          for (float v : param.array()) {
            if (!(Math.abs(v) <= HalfFloat.MAX)) {
              throw new IllegalArgumentException(
                  "Playground: %s holds %s, the page takes numbers from -65504 to 65504; train anew"
                          .formatted(name, v)
                      + " with a smaller learning rate");
            }
            bytes.putShort(HalfFloat.bits(v));
          }
        });
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  private static String bytes(Tensor x) {
    byte[] bytes = new byte[x.size()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) Math.round(255 * Math.max(0, Math.min(1, x.array()[i])));
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static BufferedImage still(Tensor x, Tensor scores) {
    int H = x.dim(2);
    int W = x.dim(3);
    Tensor channel = x.rows(0, 1).reshape(x.dim(1), H, W).rows(0, 1); // (1, H, W)
    BufferedImage seen =
        Pictures.grid(channel, List.of(), 1, Ink.PAPER, 0, 1, Math.max(1, 196 / W));
    Tensor y = Functions.softmax(scores);
    List<String> classes = IntStream.range(0, y.size()).mapToObj(k -> "" + k).toList();
    double[] p = IntStream.range(0, y.size()).mapToDouble(k -> y.array()[k]).toArray();
    BufferedImage answer =
        Charts.picture(Charts.bars("answer", "class", "probability", classes, p));
    return Pictures.beside(List.of("the network sees", ""), seen, answer);
  }
}
