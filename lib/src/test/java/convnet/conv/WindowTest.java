package convnet.conv;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class WindowTest {
  @Test
  void outputSize() {
    Window w = new Window(28, 31, 5, 3, 1, 2);
    assertEquals(28, w.OH());
    assertEquals(33, w.OW());
    assertEquals(3, new Window(7, 7, 3, 3, 2, 0).OH());
  }

  @Test
  void refusesWhatDoesNotFit() {
    refused(
        "Window: 5 x 5 does not fit into the image of 4 x 9 with pad 0",
        () -> new Window(4, 9, 5, 5, 1, 0));
    refused(
        "Window: OH = (H + 2 pad - FH) / stride + 1 = (28 + 2*0 - 5) / 2 + 1 is not a whole number",
        () -> new Window(28, 28, 5, 5, 2, 0));
    refused(
        "Window: OW = (W + 2 pad - FW) / stride + 1 = (6 + 2*1 - 3) / 2 + 1 is not a whole number",
        () -> new Window(7, 6, 3, 3, 2, 1));
    refused(
        "Window: 3 x 2 with pad 2 would lie wholly in the padding; pad must be below 2",
        () -> new Window(7, 7, 3, 2, 1, 2));
    refused(
        "Window: 2 x 3 with pad 2 would lie wholly in the padding; pad must be below 2",
        () -> new Window(7, 7, 2, 3, 1, 2));
    refused(
        "Window: expected sizes and stride of 1 or more and pad of 0 or more, got image 7 x 7, "
            + "window 3 x 3, stride 0, pad 0",
        () -> new Window(7, 7, 3, 3, 0, 0));
  }
}
