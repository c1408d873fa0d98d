package convnet.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A window over a batch of images, and the sweep of them that every test of layers uses. */
public record Geometry(int N, int C, int H, int W, int FH, int FW, int stride, int pad) {
  public int OH() {
    return (H + 2 * pad - FH) / stride + 1;
  }

  public int OW() {
    return (W + 2 * pad - FW) / stride + 1;
  }

  /** Every combination that fits: batch, channels, H != W, FH != FW, stride 1-3, pad 0-2. */
  public static Stream<Geometry> sweep() {
    List<Geometry> all = new ArrayList<>();
    int[][] images = {{7, 7}, {6, 9}, {5, 4}};
    int[][] windows = {{3, 3}, {2, 3}, {4, 1}, {1, 1}};
    for (int N : new int[] {1, 3}) {
      for (int C : new int[] {1, 2}) {
        for (int[] image : images) {
          for (int[] window : windows) {
            for (int stride = 1; stride <= 3; stride++) {
              for (int pad = 0; pad <= 2; pad++) {
                Geometry g =
                    new Geometry(N, C, image[0], image[1], window[0], window[1], stride, pad);
                if (g.fits()) {
                  all.add(g);
                }
              }
            }
          }
        }
      }
    }
    return all.stream();
  }

  private boolean fits() {
    return pad < Math.min(FH, FW)
        && H + 2 * pad >= FH
        && W + 2 * pad >= FW
        && (H + 2 * pad - FH) % stride == 0
        && (W + 2 * pad - FW) % stride == 0;
  }
}
