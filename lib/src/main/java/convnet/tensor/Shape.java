package convnet.tensor;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The dimensions of a tensor, outermost first: {@code (N, C, H, W)} for a batch of images. A value:
 * it never changes, and two shapes of equal dimensions are equal.
 */
public final class Shape {
  private final int[] dims;
  private final int size;

  private Shape(int[] dims) {
    long product = 1;
    for (int dim : dims) {
      if (dim < 1) {
        throw new IllegalArgumentException(
            "Shape: every dimension must be 1 or more, got " + format(dims));
      }
      product *= dim;
      if (product > Integer.MAX_VALUE) {
        throw new IllegalArgumentException(
            "Shape: " + format(dims) + " has more than 2147483647 elements, a Java array's limit");
      }
    }
    this.dims = dims;
    this.size = (int) product;
  }

  /**
   * A shape of the given dimensions.
   *
   * @throws IllegalArgumentException if a dimension is below 1 or the product overflows an int
   */
  public static Shape of(int... dims) {
    return new Shape(dims.clone());
  }

  /** The number of dimensions: 4 for {@code (N, C, H, W)}. */
  public int rank() {
    return dims.length;
  }

  /**
   * The length along one axis; axis -1 is the last.
   *
   * @throws IllegalArgumentException if there is no such axis
   */
  public int dim(int axis) {
    return dims[axis("Shape.dim", axis)];
  }

  /** The number of elements, the product of all dimensions. */
  public int size() {
    return size;
  }

  /** A fresh array of the dimensions. */
  public int[] toArray() {
    return dims.clone();
  }

  /**
   * This shape with one dimension replaced.
   *
   * @throws IllegalArgumentException if there is no such axis or the length is below 1
   */
  public Shape with(int axis, int length) {
    int[] changed = dims.clone();
    changed[axis("Shape.with", axis)] = length;
    return new Shape(changed);
  }

  /**
   * These elements under other dimensions, of which one may be -1 and is worked out.
   *
   * @throws IllegalArgumentException if the sizes differ or -1 has no answer
   */
  Shape reshape(int[] wanted) {
    int[] changed = wanted.clone();
    int free = -1;
    long known = 1;
    for (int axis = 0; axis < wanted.length; axis++) {
      if (wanted[axis] == -1 && free == -1) {
        free = axis;
      } else {
        known *= wanted[axis];
      }
    }
    if (free >= 0 && known > 0 && size % known == 0) {
      changed[free] = (int) (size / known);
      known *= changed[free];
    }
    if (known != size) {
      throw new IllegalArgumentException(
          "reshape: the %s values of %s do not fill %s"
              .formatted(size, this, Arrays.toString(wanted)));
    }
    return new Shape(changed);
  }

  /**
   * The axes to transpose by; all of them reversed, if none is named.
   *
   * @throws IllegalArgumentException unless every axis is named once
   */
  int[] order(int[] axes) {
    int[] all = IntStream.range(0, rank()).toArray();
    int[] reversed = IntStream.of(all).map(i -> rank() - 1 - i).toArray();
    int[] named = axes.length == 0 ? reversed : axes.clone();
    int[] sorted = named.clone();
    Arrays.sort(sorted);
    if (!Arrays.equals(sorted, all)) {
      throw new IllegalArgumentException(
          "transpose: axes %s do not name each of the %s axes of %s once"
              .formatted(Arrays.toString(axes), rank(), this));
    }
    return named;
  }

  /** How far neighbours along an axis lie apart in memory. */
  int stride(int axis) {
    int stride = 1;
    for (int i = axis + 1; i < rank(); i++) {
      stride *= dims[i];
    }
    return stride;
  }

  /** The axis counted from the front, for an axis that may be counted from the back. */
  int axis(String operation, int axis) {
    if (axis < -dims.length || axis >= dims.length) {
      throw new IllegalArgumentException(
          operation + ": shape " + this + " has " + dims.length + " axes, none is " + axis);
    }
    return axis < 0 ? axis + dims.length : axis;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Shape shape && Arrays.equals(dims, shape.dims);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(dims);
  }

  /** As NumPy prints it: {@code (100, 1, 28, 28)}, and {@code (10,)} for a single dimension. */
  @Override
  public String toString() {
    return format(dims);
  }

  private static String format(int[] dims) {
    if (dims.length == 1) {
      return "(" + dims[0] + ",)";
    }
    return Arrays.stream(dims)
        .mapToObj(String::valueOf)
        .collect(Collectors.joining(", ", "(", ")"));
  }
}
