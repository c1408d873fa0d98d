package convnet.workbook;

import convnet.layer.Affine;
import convnet.layer.Layer;
import convnet.layer.ParameterLayer;
import convnet.tensor.Tensor;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** What an affine layer and a ReLU must give, and what they give when a usual mistake is made. */
final class AffineCheck {
  private static final int N = 3;

  private AffineCheck() {}

  static void affine(Sheet sheet, BiFunction<Tensor, Tensor, ParameterLayer> made) {
    affine(sheet, made, Samples.digits(1, N, 4), Samples.digits(2, N, 4));
    affine(sheet, made, Samples.digits(1, N, 1, 2, 2), Samples.digits(2, N, 1, 2, 2));
  }

  private static void affine(
      Sheet sheet, BiFunction<Tensor, Tensor, ParameterLayer> made, Tensor x, Tensor earlier) {
    sheet.with(
        "x " + x.shape(), x.rank() > 2 ? ". Read x as rows first: x.reshape(x.dim(0), -1)." : "");
    sheet.at("forward");
    Tensor W = Samples.digits(3, 4, 5);
    Tensor b = Samples.digits(4, 5);
    Tensor dout = Samples.digits(5, N, 5);
    Affine right = new Affine(W, b);
    ParameterLayer layer = made.apply(W.copy(), b.copy());
    Tensor given = x.copy();
    Tensor flat = x.reshape(N, -1); // (N, D)
    sheet
        .expect("forward", "(N, M)", right.forward(x))
        .or(flat.dot(W), "The bias is missing: add b.")
        .is(layer.forward(given));
    sheet.unchanged("x", given, x);

    sheet.at("backward");
    layer.forward(earlier);
    layer.backward(dout.copy());
    layer.forward(x);
    Tensor handed = dout.copy();
    Tensor dx = layer.backward(handed);
    right.forward(earlier);
    right.backward(dout);
    Tensor earlierdW = right.dW();
    right.forward(x);
    Tensor rightdx = right.backward(dout);
    Gradients.dW(sheet, "(D, M)", right.dW(), earlierdW, N)
        .or(right.dW().transpose(), "dW is turned round: it is x^T . dout, not dout^T . x.")
        .is(layer.dW());
    Gradients.db(sheet, "(M,)", right.db(), N)
        .or(dout, "Sum it over the images: (N, M) -> (M,).")
        .or(dout.sum(1), "It is summed over the wrong axis: sum over the images, axis 0.")
        .is(layer.db());
    sheet
        .expect("dx", x.rank() == 2 ? "(N, D)" : "(N, C, H, W)", rightdx)
        .or(rightdx.reshape(N, -1), "Give dx the shape of x back.")
        .is(dx);
    sheet.unchanged("dout", handed, dout);
  }

  static void relu(Sheet sheet, Supplier<Layer> made) {
    sheet.at("forward");
    Tensor x = Samples.digits(1, 2, 6);
    x.set(0, 1, 3); // which does not pass
    Tensor earlier = Samples.digits(2, 2, 6);
    Tensor dout = Samples.digits(3, 2, 6);
    Layer layer = made.get();
    Tensor given = x.copy();
    sheet
        .expect("forward", "(N, D)", x.map(v -> Math.max(v, 0)))
        .or(x, "The negative numbers are still there: they become 0.")
        .or(x.map(Math::abs), "This is the absolute value: what is negative becomes 0.")
        .or(x.map(v -> Math.min(v, 0)), "The mask is turned round: what is above 0 stays.")
        .or(x.map(v -> v > 0 ? 1 : 0), "This is the mask: multiply it by x.")
        .is(layer.forward(given));
    sheet.unchanged("x", given, x);

    sheet.at("backward");
    layer.forward(earlier);
    layer.forward(x);
    Tensor handed = dout.copy();
    Tensor dx = layer.backward(handed);
    sheet
        .expect("dx", "(N, D)", dout.mul(x.map(v -> v > 0 ? 1 : 0)))
        .or(
            dout.mul(x.map(v -> v >= 0 ? 1 : 0)),
            "Where x is exactly 0 nothing passes: the mask is x > 0, not x >= 0.")
        .or(
            dout.mul(earlier.map(v -> v > 0 ? 1 : 0)),
            "This is the mask of an earlier pass: each forward must remember its own.")
        .or(dout, "Where x was not above 0 nothing came through, so nothing goes back.")
        .or(x.map(v -> v > 0 ? 1 : 0), "This is the mask: multiply it by dout.")
        .or(
            dout.mul(x.map(v -> v > 0 ? 0 : 1)),
            "The mask is turned round: dout passes where x was above 0.")
        .or(
            dout.map(v -> Math.max(v, 0)),
            "It looks at the sign of dout: what counts is the sign of x.")
        .is(dx);
    sheet.unchanged("dout", handed, dout);
  }
}
