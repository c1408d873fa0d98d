package convnet.tensor;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

class ShapeTest {
  @Test
  void printsAsNumPyDoes() {
    assertEquals("(100, 1, 28, 28)", Shape.of(100, 1, 28, 28).toString());
    assertEquals("(10,)", Shape.of(10).toString());
    assertEquals("()", Shape.of().toString());
  }

  @Test
  void isAValue() {
    int[] dims = {2, 3};
    Shape shape = Shape.of(dims);
    dims[0] = 9;
    shape.toArray()[0] = 9;
    assertArrayEquals(new int[] {2, 3}, shape.toArray());
    assertEquals(Shape.of(2, 3), shape);
    assertEquals(Shape.of(2, 3).hashCode(), shape.hashCode());
    assertNotEquals(Shape.of(3, 2), shape);
    assertEquals(Shape.of(2, 5), shape.with(-1, 5));
    assertEquals(6, shape.size());
    assertEquals(3, shape.dim(-1));
  }

  @Test
  void refusesBadDimensions() {
    refused("Shape: every dimension must be 1 or more, got (3, 0, 4)", () -> Shape.of(3, 0, 4));
    refused(
        "Shape: (65536, 65536) has more than 2147483647 elements, a Java array's limit",
        () -> Shape.of(65536, 65536));
    refused("Shape.dim: shape (2, 3) has 2 axes, none is 2", () -> Shape.of(2, 3).dim(2));
    refused("Shape.with: shape (2, 3) has 2 axes, none is -3", () -> Shape.of(2, 3).with(-3, 1));
  }
}
