package convnet.lab;

import convnet.conv.Window;
import convnet.layer.Affine;
import convnet.layer.AveragePooling;
import convnet.layer.Convolution;
import convnet.layer.Dropout;
import convnet.layer.Layer;
import convnet.layer.Pooling;
import convnet.layer.ReLU;
import convnet.net.Network;
import convnet.net.WeightStart;
import convnet.tensor.Shape;
import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * A network in one readable line, {@code conv 30 5x5, relu, pool 2, affine 100, relu, affine 10}.
 * Between the commas stands a layer:
 *
 * <pre>
 *   conv 16 3x3 stride 1 pad 1    16 filters of 3 x 3; stride 1 and pad 0 need not be written
 *   pool 2 stride 2 pad 0         the largest of 2 x 2; the stride is the window's size, the pad 0
 *   average 2 stride 2 pad 0      the mean, likewise
 *   affine 100                    100 neurons that see every number before them
 *   relu
 *   dropout 0.5                   silences half of the numbers in training
 * </pre>
 */
public final class NetworkLine {
  private static final String KINDS = "conv, pool, average, affine, relu or dropout";

  /** A layer: its words, and the numbers in them. */
  private record Piece(
      String text, String kind, int number, int F, int stride, int pad, double ratio) {}

  private final List<Piece> pieces = new ArrayList<>();

  /**
   * Reads a line.
   *
   * @throws IllegalArgumentException that names the word which is none
   */
  public NetworkLine(String line) {
    String[] between = line.strip().split(",", -1);
    for (int i = 0; i < between.length; i++) {
      if (between[i].isBlank()) {
        String where = i == between.length - 1 ? "after the last comma" : "between two commas";
        throw new IllegalArgumentException(
            "network: expected %s, got nothing %s".formatted(KINDS, where));
      }
      pieces.add(new Reader(between[i].strip()).piece());
    }
  }

  /** Takes a layer's words one after the other. */
  private static final class Reader {
    private final String piece;
    private final String[] words;
    private int next = 1;

    Reader(String piece) {
      this.piece = piece;
      words = piece.toLowerCase(Locale.ROOT).split("\\s+");
    }

    Piece piece() {
      String kind = words[0];
      int number = 0;
      int F = 0;
      int stride = 1;
      int pad = 0;
      double ratio = 0;
      switch (kind) {
        case "conv":
          number = whole("a number of filters such as 16", 1);
          F = size();
          break;
        case "pool", "average":
          F = size();
          stride = F;
          break;
        case "affine":
          number = whole("a number of neurons such as 100", 1);
          break;
        case "dropout":
          ratio = ratio();
          break;
        case "relu":
          break;
        default:
          throw wrong(KINDS, kind);
      }
      boolean window = F > 0;
      while (next < words.length) {
        String word = words[next++];
        if (window && word.equals("stride")) {
          stride = whole("a stride such as 2", 1);
        } else if (window && word.equals("pad")) {
          pad = whole("a pad such as 1", 0);
        } else {
          throw wrong(window ? "stride, pad or a comma" : "a comma", word);
        }
      }
      return new Piece(text(kind, number, F, stride, pad), kind, number, F, stride, pad, ratio);
    }

    private String text(String kind, int number, int F, int stride, int pad) {
      String text =
          switch (kind) {
            case "conv" -> "conv %s %sx%s".formatted(number, F, F);
            case "pool", "average" -> kind + " " + F;
            case "affine" -> "affine " + number;
            case "dropout" -> "dropout " + Double.parseDouble(words[1]);
            default -> kind;
          };
      return text
          + (F == 0 || stride == (kind.equals("conv") ? 1 : F) ? "" : " stride " + stride)
          + (pad == 0 ? "" : " pad " + pad);
    }

    private String word(String expected) {
      if (next == words.length) {
        throw wrong(expected, null);
      }
      return words[next++];
    }

    private int whole(String expected, int least) {
      String word = word(expected);
      if (!word.matches("[0-9]{1,6}") || Integer.parseInt(word) < least) {
        throw wrong(expected, word);
      }
      return Integer.parseInt(word);
    }

    private int size() {
      String expected = words[0].equals("conv") ? "a filter such as 3x3" : "a window such as 2";
      String word = word(expected);
      String[] sides = word.split("x", -1);
      boolean square = sides.length == 1 || sides.length == 2 && sides[0].equals(sides[1]);
      if (!square || !sides[0].matches("[1-9][0-9]{0,2}")) {
        throw wrong(expected, word);
      }
      return Integer.parseInt(sides[0]);
    }

    private double ratio() {
      String word = word("a ratio such as 0.5");
      if (!word.matches("0(\\.[0-9]{1,6})?")) {
        throw wrong("a ratio from 0 to below 1, such as 0.5,", word);
      }
      return Double.parseDouble(word);
    }

    private IllegalArgumentException wrong(String expected, String word) {
      String got = word == null ? "nothing" : "\"" + word + "\"";
      String after = word == null ? "after \"%s\"".formatted(piece) : "in \"%s\"".formatted(piece);
      return new IllegalArgumentException(
          "network: expected %s %s, got %s".formatted(expected, after, got));
    }
  }

  /**
   * A network of these layers, Conv1 Relu1 Pool1 ..., for images of one size. Weights are drawn
   * layer by layer, as {@link convnet.net.SimpleConvNet} and {@link convnet.net.LeNet} draw theirs;
   * biases are 0.
   *
   * @param input one image, {@code (C, H, W)}
   * @param classes how many scores it must end with
   * @param seed decides the weights, and what dropout silences
   * @throws IllegalArgumentException that names the layer which does not fit, and the shape before
   *     it
   */
  public Network network(Shape input, int classes, WeightStart start, long seed) {
    Network network = new Network(input);
    Random random = new Random(seed);
    Map<String, Integer> count = new HashMap<>();
    Shape shape = input;
    for (Piece piece : pieces) {
      String kind = piece.kind();
      String name = kind.substring(0, 1).toUpperCase(Locale.ROOT) + kind.substring(1);
      int k = count.merge(kind, 1, Integer::sum);
      Shape out = out(piece, shape);
      network.add(name + k, layer(piece, shape, random, start, seed + k));
      shape = out;
    }
    if (!shape.equals(Shape.of(classes))) {
      throw new IllegalArgumentException(
          "network: \"%s\" at the end leaves %s, expected %s scores; end with affine %s"
              .formatted(pieces.get(pieces.size() - 1).text(), shape, classes, classes));
    }
    return network;
  }

  /** The shape of one image behind a layer. */
  private static Shape out(Piece p, Shape x) {
    if (p.kind().equals("affine")) {
      return Shape.of(p.number());
    }
    if (p.F() == 0) {
      return x;
    }
    if (x.rank() != 3) {
      throw new IllegalArgumentException(
          "network: \"%s\" needs images (C, H, W), before it there are %s; put it before every affine"
              .formatted(p.text(), x));
    }
    try {
      Window w = new Window(x.dim(1), x.dim(2), p.F(), p.F(), p.stride(), p.pad());
      return Shape.of(p.kind().equals("conv") ? p.number() : x.dim(0), w.OH(), w.OW());
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "network: \"%s\" does not fit images %s: %s".formatted(p.text(), x, e.getMessage()), e);
    }
  }

  private static Layer layer(Piece p, Shape x, Random random, WeightStart start, long seed) {
    int FN = p.number();
    int F = p.F();
    return switch (p.kind()) {
      case "conv" -> {
        int C = x.dim(0);
        Tensor W = Tensor.randn(random, FN, C, F, F).mul(start.std(C * F * F));
        yield new Convolution(W, Tensor.zeros(FN), p.stride(), p.pad());
      }
      case "affine" -> {
        Tensor W = Tensor.randn(random, x.size(), FN).mul(start.std(x.size()));
        yield new Affine(W, Tensor.zeros(FN));
      }
      case "pool" -> new Pooling(F, F, p.stride(), p.pad());
      case "average" -> new AveragePooling(F, F, p.stride(), p.pad());
      case "dropout" -> new Dropout(p.ratio(), seed);
      default -> new ReLU();
    };
  }

  /** The layers one by one, each as short as it can be written. */
  List<String> layers() {
    return pieces.stream().map(Piece::text).toList();
  }

  /** The line, as short as it can be written. */
  @Override
  public String toString() {
    return layers().stream().collect(Collectors.joining(", "));
  }
}
