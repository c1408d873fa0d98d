package convnet.workbook;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.layer.Convolution;
import convnet.layer.ParameterLayer;
import convnet.tensor.Tensor;

/** What a convolution must give, and what it gives when a usual mistake is made. */
final class ConvolutionCheck {
  private static final int N = 2;
  private static final int C = 3;
  private static final int H = 5;
  private static final int FN = 4;
  private static final int FH = 3;
  private static final int FW = 2;
  private static final int K = C * FH * FW;

  private final Sheet sheet;
  private final int stride;
  private final int pad;
  private final Window window;
  private final Tensor W = Samples.digits(1, FN, C, FH, FW);
  private final Tensor b = Samples.digits(2, FN);
  private final Tensor x = Samples.digits(3, N, C, H, 6);
  private final Tensor earlier = Samples.digits(4, N, C, H, 6);
  private final Tensor dout;

  private ConvolutionCheck(Sheet sheet, int stride, int pad) {
    this.sheet = sheet;
    this.stride = stride;
    this.pad = pad;
    window = new Window(H, 6, FH, FW, stride, pad);
    dout = Samples.digits(5, N, FN, window.OH(), window.OW());
    sheet.with("stride %s, pad %s".formatted(stride, pad));
  }

  static void run(Sheet sheet, Workbook.Filters made) {
    for (int stride = 1; stride <= 2; stride++) {
      ConvolutionCheck check = new ConvolutionCheck(sheet, stride, stride - 1);
      sheet.at("forward");
      ParameterLayer layer = made.of(check.W.copy(), check.b.copy(), stride, stride - 1);
      check.forward(layer);
      sheet.at("backward");
      check.backward(layer);
    }
  }

  private void forward(ParameterLayer layer) {
    Tensor given = x.copy();
    Tensor out = layer.forward(given);
    Tensor right = new Convolution(W, b, stride, pad).forward(x);
    Tensor col = Im2col.im2col(x, FH, FW, stride, pad);
    Tensor flat = col.dot(W.reshape(FN, K).transpose()).add(b); // (N*OH*OW, FN)
    int OH = window.OH();
    int OW = window.OW();
    sheet
        .expect("forward", "(N, FN, OH, OW)", right)
        .or(
            new Convolution(W, Tensor.zeros(FN), stride, pad).forward(x),
            "The bias is missing: add b.")
        .or(new Convolution(W, b, stride, 0).forward(x), Im2colCheck.PAD)
        .or(new Convolution(W, b, 1, pad).forward(x), Im2colCheck.STRIDE)
        .or(flat, "Reshape it to (N, OH, OW, FN) and transpose that to (N, FN, OH, OW).")
        .or(flat.reshape(N, OH, OW, FN), "The last transpose is missing: (0, 3, 1, 2).")
        .or(
            flat.reshape(N, FN, OH, OW),
            "The filter is the last axis of the product: reshape to (N, OH, OW, FN) first, then"
                + " transpose.")
        .or(
            right.transpose(0, 1, 3, 2),
            "OH and OW have changed places: the last transpose is (0, 3, 1, 2).")
        .or(
            col.dot(W.reshape(K, FN)).add(b).reshape(N, OH, OW, FN).transpose(0, 3, 1, 2),
            "W.reshape(C*FH*FW, FN) has the right shape and wrong values: reshape W to (FN, -1)"
                + " and transpose it.")
        .or(
            new Convolution(turned(W), b, stride, pad).forward(x),
            "The filters are turned by half a turn: what is called convolution here does not turn"
                + " them.")
        .is(out);
    sheet.unchanged("x", given, x);
  }

  private void backward(ParameterLayer layer) {
    layer.forward(earlier);
    layer.backward(dout.copy());
    layer.forward(x);
    Tensor given = dout.copy();
    Tensor dx = layer.backward(given);

    Convolution right = new Convolution(W, b, stride, pad);
    right.forward(earlier);
    right.backward(dout);
    Tensor earlierdW = right.dW();
    right.forward(x);
    Tensor rightdx = right.backward(dout);
    Tensor rows = dout.transpose(0, 2, 3, 1).reshape(-1, FN); // (N*OH*OW, FN)
    Tensor mixed = dout.reshape(-1, FN); // of the same shape, in the wrong order
    Tensor turned = rows.transpose().dot(Im2col.im2col(x, FH, FW, stride, pad)).transpose();
    Tensor flatW = W.reshape(FN, K);
    String order =
        "The filter is dout's second axis: transpose dout to (N, OH, OW, FN), then reshape.";
    Gradients.dW(sheet, "(FN, C, FH, FW)", right.dW(), earlierdW, N)
        .or(turned, "dW is turned round: transpose it, then reshape it to W's shape.")
        .or(
            turned.reshape(FN, C, FH, FW),
            "dW is turned round: (C*FH*FW, FN) must be transposed before it is reshaped.")
        .or(
            mixed.transpose().dot(Im2col.im2col(x, FH, FW, stride, pad)).reshape(FN, C, FH, FW),
            order)
        .is(layer.dW());
    Gradients.db(sheet, "(FN,)", right.db(), N)
        .or(rows, "Sum it over its rows: each bias is used at every place of every image.")
        .or(mixed.sum(0), order)
        .is(layer.db());
    Tensor dcol = rows.dot(flatW); // (N*OH*OW, C*FH*FW)
    sheet
        .expect("dx", "(N, C, H, W)", rightdx)
        .or(dcol, "This is dcol: col2im adds its windows up to images.")
        .or(Im2col.col2im(mixed.dot(flatW), x.shape(), FH, FW, stride, pad), order)
        .or(
            Im2col.col2im(rows.dot(W.reshape(K, FN).transpose()), x.shape(), FH, FW, stride, pad),
            "Use the same column matrix of W as forward: W.reshape(FN, -1).")
        .or(Gradients.overwritten(dcol, x.shape(), FH, FW, stride, pad, true), PoolingCheck.OVERLAP)
        .is(dx);
    sheet.unchanged("dout", given, dout);
  }

  /** Every filter turned by half a turn. */
  private static Tensor turned(Tensor W) {
    Tensor out = Tensor.zeros(W.shape());
    int plane = FH * FW;
    for (int i = 0; i < W.size(); i++) {
      out.array()[i] = W.array()[i / plane * plane + plane - 1 - i % plane];
    }
    return out;
  }
}
