package convnet.workbook;

import convnet.conv.Im2col;
import convnet.conv.Window;
import convnet.tensor.Tensor;

/** What im2col must give, and what it gives when a usual mistake is made. */
final class Im2colCheck {
  static final String PAD =
      "This is what comes out without padding: put pad zeros on each side first.";
  static final String STRIDE =
      "This is what comes out with stride 1: OH = (H + 2 pad - FH) / stride + 1.";

  private Im2colCheck() {}

  static void run(Sheet sheet, Workbook.Columns im2col) {
    run(sheet, im2col, 1, 0);
    run(sheet, im2col, 2, 1);
  }

  private static void run(Sheet sheet, Workbook.Columns im2col, int stride, int pad) {
    int N = 2, C = 3, H = 5, W = 6, FH = 3, FW = 2;
    Window window = new Window(H, W, FH, FW, stride, pad);
    int OH = window.OH();
    int OW = window.OW();
    sheet.with(
        "stride %s, pad %s".formatted(stride, pad),
        pad > 0 ? ". The windows reach beyond the image: work on x.pad(pad)." : "");
    sheet.at("col");
    Tensor x = Samples.shuffled(1, N, C, H, W);
    Tensor given = x.copy();
    Tensor col = im2col.of(given, FH, FW, stride, pad);
    Tensor right = Im2col.im2col(x, FH, FW, stride, pad);
    Tensor six = right.reshape(N, OH, OW, C, FH, FW);
    sheet
        .expect("col", "(N*OH*OW, C*FH*FW)", right)
        .or(Im2col.im2col(x, FH, FW, stride, 0), PAD)
        .or(Im2col.im2col(x, FH, FW, 1, pad), STRIDE)
        .or(
            rows(six.transpose(0, 1, 2, 4, 5, 3), right),
            "The columns are in the order (fh, fw, c); (c, fh, fw) is expected.")
        .or(
            rows(six.transpose(0, 1, 2, 3, 5, 4), right),
            "The columns are in the order (c, fw, fh); (c, fh, fw) is expected.")
        .or(
            rows(six.transpose(0, 2, 1, 3, 4, 5), right),
            "The rows are in the order (n, ow, oh); (n, oh, ow) is expected.")
        .or(
            rows(six.transpose(1, 2, 0, 3, 4, 5), right),
            "The rows are in the order (oh, ow, n); (n, oh, ow) is expected.")
        .or(
            rows(six.transpose(0, 3, 4, 5, 1, 2), right),
            "The six axes are still (n, c, fh, fw, oh, ow): transpose before you reshape.")
        .or(
            firstWindows(Im2col.im2col(x, FH, FW, 1, pad), N, OH, OW, H + 2 * pad - FH + 1),
            "Window oh begins at oh * stride, not at oh; and so with ow.")
        .is(col);
    sheet.unchanged("x", given, x);
  }

  private static Tensor rows(Tensor six, Tensor right) {
    return six.reshape(right.shape().toArray());
  }

  /** Of the windows of stride 1 the first OH times OW of each image. */
  private static Tensor firstWindows(Tensor all, int N, int OH, int OW, int allOH) {
    int K = all.dim(1);
    int allOW = all.dim(0) / N / allOH;
    Tensor first = Tensor.zeros(N * OH * OW, K);
    for (int row = 0; row < first.dim(0); row++) {
      int n = row / OW / OH;
      int from = (n * allOH + row / OW % OH) * allOW + row % OW;
      System.arraycopy(all.array(), from * K, first.array(), row * K, K);
    }
    return first;
  }
}
