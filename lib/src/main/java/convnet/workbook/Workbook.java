package convnet.workbook;

import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;

/**
 * Checks of what a learner writes in the notebook {@code 07_9_write_it_yourself}: each says in one
 * sentence that all is right, or what is wrong first: the shape that came and the one expected, or
 * the first number that differs, and which of the usual mistakes gives just that.
 *
 * <p>How the code is written does not matter, only what it gives.
 */
public final class Workbook {
  /** The learner's im2col: {@code (N, C, H, W) -> (N*OH*OW, C*FH*FW)}. */
  public interface Columns {
    Tensor of(Tensor x, int FH, int FW, int stride, int pad);
  }

  /** The constructor of the learner's convolution, {@code W (FN, C, FH, FW)}, {@code b (FN,)}. */
  public interface Filters {
    ParameterLayer of(Tensor W, Tensor b, int stride, int pad);
  }

  /** The constructor of the learner's pooling. */
  public interface Windows {
    Layer of(int PH, int PW, int stride, int pad);
  }

  /** The learner's softmax with loss. */
  public interface LastLayer {
    /** The mean loss of scores {@code (N, K)} and one-hot answers {@code (N, K)}. */
    double forward(Tensor x, Tensor t);

    /** The gradient with respect to the scores, {@code (N, K)}. */
    Tensor backward();
  }

  /** The learner's AdaGrad. */
  public interface Learning {
    /** Changes every parameter in place; both maps have the same names. */
    void update(Map<String, Tensor> params, Map<String, Tensor> grads);
  }

  private static final Map<String, Boolean> DONE = new LinkedHashMap<>();

  static {
    for (String name :
        List.of(
            "im2col", "Convolution", "Pooling", "Affine", "ReLU", "SoftmaxWithLoss", "AdaGrad")) {
      DONE.put(name, false);
    }
  }

  private Workbook() {}

  /** Which checks have not said "right" yet, in the order of the notebook. */
  public static synchronized List<String> left() {
    List<String> left = new ArrayList<>();
    DONE.forEach((name, done) -> left.addAll(done ? List.of() : List.of(name)));
    return left;
  }

  /** Checks im2col. */
  public static String im2col(Columns im2col) {
    return judge("im2col", sheet -> Im2colCheck.run(sheet, im2col));
  }

  /** Checks a convolution: forward, dW, db and dx. */
  public static synchronized String convolution(Filters made) {
    String said = judge("Convolution", sheet -> ConvolutionCheck.run(sheet, made));
    boolean plain = said.contains(": right (") || said.endsWith("not written yet.");
    return plain || DONE.get("im2col") ? said : said + " (And im2col is not right yet.)";
  }

  /** Checks a max pooling: forward and dx. */
  public static String pooling(Windows made) {
    return judge("Pooling", sheet -> PoolingCheck.run(sheet, made));
  }

  /** Checks an affine layer: forward, dW, db and dx. */
  public static String affine(BiFunction<Tensor, Tensor, ParameterLayer> made) {
    return judge("Affine", sheet -> AffineCheck.affine(sheet, made));
  }

  /** Checks a ReLU: forward and dx. */
  public static String relu(Supplier<Layer> made) {
    return judge("ReLU", sheet -> AffineCheck.relu(sheet, made));
  }

  /** Checks a softmax with loss: the loss and its gradient. */
  public static String softmaxWithLoss(Supplier<LastLayer> made) {
    return judge("SoftmaxWithLoss", sheet -> LearningCheck.loss(sheet, made));
  }

  /** Checks an AdaGrad, made with a learning rate. */
  public static String adaGrad(DoubleFunction<Learning> made) {
    return judge("AdaGrad", sheet -> LearningCheck.adaGrad(sheet, made));
  }

  private static synchronized String judge(String name, Consumer<Sheet> check) {
    String sentence = Sheet.judge(name, check);
    DONE.put(name, sentence.startsWith(name + ": right ("));
    return sentence;
  }
}
