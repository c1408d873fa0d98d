package convnet.notebook;

import convnet.tensor.Shape;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Map;

/** A network's layers as boxes from left to right, on each arrow the shape that passes there. */
public final class Diagram {
  private static final int BOX = 92;
  private static final int ARROW = 104;
  private static final int HEIGHT = 84;

  private Diagram() {}

  /**
   * The diagram of a network.
   *
   * @param input the shape that goes in
   * @param shapes the shape after each layer, by name and in order, as {@code Network.shapes} gives
   */
  public static BufferedImage picture(Shape input, Map<String, Shape> shapes) {
    int perRow = 5;
    int rows = (shapes.size() + perRow - 1) / perRow;
    int columns = Math.min(perRow, shapes.size());
    Canvas canvas = new Canvas(10 + columns * (ARROW + BOX) + ARROW, rows * HEIGHT);
    int i = 0;
    Shape passing = input;
    for (Map.Entry<String, Shape> layer : shapes.entrySet()) {
      int left = 10 + i % perRow * (ARROW + BOX);
      int middle = i / perRow * HEIGHT + HEIGHT / 2;
      arrow(canvas, left, middle, passing);
      boolean learns = layer.getKey().startsWith("Conv") || layer.getKey().startsWith("Affine");
      canvas.g.setColor(learns ? new Color(0xCFE3F2) : new Color(0xF2F2F2));
      canvas.g.fillRoundRect(left + ARROW, middle - 20, BOX, 40, 10, 10);
      canvas.g.setColor(Color.BLACK);
      canvas.g.drawRoundRect(left + ARROW, middle - 20, BOX, 40, 10, 10);
      canvas.font(14, true);
      canvas.centre(layer.getKey(), left + ARROW + BOX / 2.0, middle);
      passing = layer.getValue();
      i++;
    }
    arrow(
        canvas,
        10 + ((i - 1) % perRow + 1) * (ARROW + BOX),
        (i - 1) / perRow * HEIGHT + HEIGHT / 2,
        passing);
    StringBuilder text = new StringBuilder("layers from left to right: x " + input);
    shapes.forEach((name, shape) -> text.append(", ").append(name).append(' ').append(shape));
    return canvas.done(text.toString());
  }

  private static void arrow(Canvas canvas, int left, int middle, Shape shape) {
    canvas.g.setColor(Color.BLACK);
    int right = left + ARROW - 4;
    canvas.g.drawLine(left + 4, middle, right, middle);
    canvas.g.fillPolygon(
        new int[] {right, right - 8, right - 8}, new int[] {middle, middle - 5, middle + 5}, 3);
    canvas.fit(shape.toString(), 12, ARROW - 4);
    canvas.centre(shape.toString(), left + ARROW / 2.0, middle - 12);
  }
}
