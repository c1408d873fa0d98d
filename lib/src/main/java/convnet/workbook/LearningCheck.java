package convnet.workbook;

import convnet.layer.SoftmaxWithLoss;
import convnet.optim.AdaGrad;
import convnet.tensor.Functions;
import convnet.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;

/** What a loss and AdaGrad must give, and what they give when a usual mistake is made. */
final class LearningCheck {
  private static final int N = 3;
  private static final int K = 4;

  private LearningCheck() {}

  static void loss(Sheet sheet, Supplier<Workbook.LastLayer> made) {
    sheet.at("loss");
    Tensor x = Samples.digits(1, N, K);
    Tensor t = Functions.oneHot(new int[] {2, 0, 3}, K);
    SoftmaxWithLoss right = new SoftmaxWithLoss();
    double loss = right.forward(x, t);
    Workbook.LastLayer layer = made.get();
    Tensor given = x.copy();
    double came = layer.forward(given, t.copy());
    Tensor overImages = Functions.softmax(x.transpose()).transpose();
    Expected expected =
        sheet
            .expect("loss", "(1,)", Tensor.of(loss))
            .or(Tensor.of(loss * N), "Divide the sum by N: the loss is a mean over the images.")
            .or(Tensor.of(loss / K), "Divide by N only: a row's sum over the classes is its loss.")
            .or(Tensor.of(-loss), "The minus is missing: loss = -log(y of the right class).")
            .or(
                Tensor.of(loss / Math.log(10)),
                "This is log10: the loss has the natural logarithm.")
            .or(Tensor.of(loss / Math.log(2)), "This is log2: the loss has the natural logarithm.")
            .or(
                Tensor.of(right.y().mul(t).sum(1).map(Math::log).sum() / -N - logOfSums(x)),
                "Divide by the row's sum: each row of y must add up to 1.")
            .or(
                Tensor.of(Functions.crossEntropyError(overImages, t)),
                "Softmax is taken over the images: each row must add up to 1.");
    if (came == 0 && layer.backward() == null) {
      throw sheet.unwritten();
    }
    expected.is(Tensor.of(came));
    sheet.unchanged("x", given, x);

    sheet.at("dx");
    Tensor dx = layer.backward();
    Tensor y = right.y();
    sheet
        .expect("dx", "(N, K)", right.backward())
        .or(y.sub(t), "Divide by N: the loss is a mean over the images.")
        .or(y.mul(1.0 / N), "Subtract t: dx = (y - t) / N.")
        .or(y, "Subtract t and divide by N: dx = (y - t) / N.")
        .or(t.sub(y).mul(1.0 / N), "The sign is turned round: dx = (y - t) / N.")
        .or(y.sub(t).mul(1.0 / N / K), "Divide by N only, not by the number of classes.")
        .is(dx);

    sheet.with("scores of 1000");
    sheet.at("loss");
    if (!Double.isFinite(layer.forward(Tensor.full(1000, N, K), t))) {
      throw sheet.wrong("e^1000 is no number any more. Subtract each row's largest score first.");
    }
    sheet.with("a right class of probability 0");
    if (!Double.isFinite(layer.forward(t.mul(-1000), t))) {
      throw sheet.wrong(
          "log(0) is minus infinity. Add a small number, 1e-7, before the logarithm.");
    }
  }

  /** The mean of log(sum of e^(x - the row's largest)): what is missing without the division. */
  private static double logOfSums(Tensor x) {
    Tensor least = Functions.softmax(x).max(1); // (N,): 1 / that sum
    return -least.map(Math::log).sum() / x.dim(0);
  }

  static void adaGrad(Sheet sheet, DoubleFunction<Workbook.Learning> made) {
    double lr = 0.5;
    Tensor W = Samples.digits(1, 2, 3);
    Tensor b = Samples.digits(2, 3);
    Tensor g1 = Samples.digits(3, 2, 3);
    Tensor g2 = Samples.digits(4, 2, 3);
    g1.set(0, 1, 1); // nothing to learn there, at first
    Map<String, Tensor> params = new LinkedHashMap<>();
    params.put("W1", W.copy());
    params.put("b1", b.copy());
    Tensor held = params.get("W1");
    Map<String, Tensor> grads = Map.of("W1", g1.copy(), "b1", Samples.digits(5, 3));
    Map<String, Tensor> right = new LinkedHashMap<>();
    params.forEach((name, param) -> right.put(name, param.copy()));
    AdaGrad adaGrad = new AdaGrad(lr);
    adaGrad.update(right, grads);
    Tensor once = right.get("W1").copy();

    sheet.at("update");
    Workbook.Learning learning = made.apply(lr);
    learning.update(params, grads);
    if (params.get("W1") != held) {
      throw sheet.wrong(
          "there is a new tensor in params. Change the one that is there: the layer holds it, too.");
    }
    if (held.maxAbsDiff(W) == 0) {
      throw sheet.wrong(
          "the tensors in params are as they were, or this is not written yet. Mind that W = ... only"
              + " gives the name W to another tensor: write into W.array().");
    }
    sheet
        .expect("first update", "W", once)
        .or(W.mul(2).sub(once), "It goes uphill: W -= lr dW / (sqrt(h) + 1e-7).")
        .or(W.sub(g1.mul(lr)), "Divide by sqrt(h): this is SGD, W -= lr dW.")
        .or(W.sub(W.sub(once).mul(1 / lr)), "The learning rate is missing.")
        .or(
            W.sub(g1.map(g -> g == 0 ? 0 : lr / g)),
            "The square root is missing: W -= lr dW / (sqrt(h) + 1e-7).")
        .or(
            W.sub(g1.map(g -> lr * g / (Math.sqrt(g) + 1e-7))),
            "h is the sum of the squares: h += dW * dW.")
        .or(
            W.sub(g1.map(g -> g == 0 ? Double.NaN : lr * Math.signum(g))),
            "0 / 0 is no number where dW is 0: divide by sqrt(h) + 1e-7.")
        .is(held);
    sheet.unchanged("dW", grads.get("W1"), g1);

    Map<String, Tensor> second = Map.of("W1", g2.copy(), "b1", Samples.digits(6, 3));
    learning.update(params, second);
    adaGrad.update(right, second);
    sheet
        .expect("second update", "W", right.get("W1"))
        .or(
            once.sub(g2.map(g -> lr * Math.signum(g))),
            "h forgets: it must add up the squares of all updates, h += dW * dW.")
        .is(held);
    sheet.expect("b", "(M,)", right.get("b1")).is(params.get("b1"));
  }
}
