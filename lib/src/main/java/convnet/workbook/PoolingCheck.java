package convnet.workbook;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.layer.AveragePooling;
import convnet.layer.Layer;
import convnet.layer.Pooling;
import convnet.tensor.Tensor;

/** What a max pooling must give, and what it gives when a usual mistake is made. */
final class PoolingCheck {
  private static final int N = 2;
  private static final int C = 3;

  static final String OVERLAP =
      "Windows overlap: their gradients must be added where they meet, not overwritten.";

  private PoolingCheck() {}

  static void run(Sheet sheet, Workbook.Windows made) {
    run(sheet, made, 2, 2, 2, 0);
    run(sheet, made, 2, 3, 2, 0); // windows that overlap sideways
    run(sheet, made, 2, 3, 2, 1);
  }

  private static void run(Sheet sheet, Workbook.Windows made, int PH, int PW, int stride, int pad) {
    sheet.with("window %s x %s, stride %s, pad %s".formatted(PH, PW, stride, pad));
    sheet.at("forward");
    int W = PW == 2 ? 6 : 7;
    Window window = new Window(4, W, PH, PW, stride, pad);
    int OH = window.OH();
    int OW = window.OW();
    Tensor x = Samples.shuffled(1, N, C, 4, W);
    Tensor earlier = Samples.shuffled(2, N, C, 4, W);
    Tensor dout = Samples.digits(3, N, C, OH, OW);
    Pooling pooling = new Pooling(PH, PW, stride, pad);
    Tensor right = pooling.forward(x);

    Layer layer = made.of(PH, PW, stride, pad);
    Tensor given = x.copy();
    sheet
        .expect("forward", "(N, C, OH, OW)", right)
        .or(
            new Pooling(PH, PW, stride, 0).forward(x.pad(pad)),
            "Zeros as padding beat every negative number: pad with minus infinity.")
        .or(
            right.map(v -> Math.max(v, 0)),
            "A window may hold negative numbers only: begin the search with minus infinity, not 0.")
        .or(new Pooling(PH, PW, stride, 0).forward(x), "The padding is missing.")
        .or(
            new AveragePooling(PH, PW, stride, pad).forward(x),
            "This is the average: max pooling takes the largest.")
        .or(
            pooling.forward(x.mul(-1)).mul(-1),
            "This is the smallest of each window: max pooling takes the largest.")
        .or(
            right.transpose(0, 2, 3, 1).reshape(N, C, OH, OW),
            "The channel is the last axis after the maximum: reshape to (N, OH, OW, C), then"
                + " transpose.")
        .or(right.transpose(0, 2, 3, 1), "The last transpose is missing: (0, 3, 1, 2).")
        .is(layer.forward(given));
    sheet.unchanged("x", given, x);

    sheet.at("backward");
    layer.forward(earlier);
    layer.forward(x);
    Tensor handed = dout.copy();
    Tensor dx = layer.backward(handed);
    pooling.forward(earlier);
    Tensor earlierdx = pooling.backward(dout);
    pooling.forward(x);
    // dout in every place of its window: (N*OH*OW, C) . (C, C*PH*PW)
    Tensor rows = dout.transpose(0, 2, 3, 1).reshape(-1, C);
    Tensor spread = Tensor.zeros(C, C * PH * PW);
    for (int i = 0; i < spread.dim(1); i++) {
      spread.set(1, i / PH / PW, i);
    }
    Tensor everywhere = rows.dot(spread);
    Tensor dcol = argMaxOnly(x, everywhere, PH, PW, stride, pad);
    sheet
        .expect("dx", "(N, C, H, W)", pooling.backward(dout))
        .or(
            earlierdx,
            "This is the mask of an earlier pass: each forward must remember where its own largest"
                + " were.")
        .or(
            Im2col.col2im(everywhere, x.shape(), PH, PW, stride, pad),
            "Every pixel of a window gets dout: only the one that was the largest may.")
        .or(
            Im2col.col2im(everywhere.mul(1.0 / PH / PW), x.shape(), PH, PW, stride, pad),
            "This is the backward of the average: only the pixel that was the largest gets dout.")
        .or(dcol, "This is dcol: col2im adds its windows up to images.")
        .or(Gradients.overwritten(dcol, x.shape(), PH, PW, stride, pad, true), OVERLAP)
        .or(Gradients.overwritten(dcol, x.shape(), PH, PW, stride, pad, false), OVERLAP)
        .is(dx);
    sheet.unchanged("dout", handed, dout);
  }

  /** Of dout in every place only that of the largest: (N*OH*OW, C*PH*PW). */
  private static Tensor argMaxOnly(
      Tensor x, Tensor everywhere, int PH, int PW, int stride, int pad) {
    Tensor col = Im2col.im2col(x, PH, PW, stride, pad, Double.NEGATIVE_INFINITY);
    Tensor at = col.reshape(-1, PH * PW).argmax(1);
    Tensor only = Tensor.zeros(everywhere.shape());
    for (int i = 0; i < at.size(); i++) {
      int place = i * PH * PW + (int) at.array()[i];
      only.array()[place] = everywhere.array()[place];
    }
    return only;
  }
}
