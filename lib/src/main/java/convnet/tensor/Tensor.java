package convnet.tensor;

import convnet.array.Heap;
import convnet.array.Matmul;
import convnet.array.Parallel;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;

/**
 * A dense array of floats with a shape, row-major: the last axis is contiguous. The few NumPy
 * operations that the chapter uses, under NumPy's names. Every operation returns a fresh tensor;
 * only {@link #set}, and whoever holds {@link #array()}, changes one in place.
 */
public final class Tensor {
  private static final int WORTH_A_THREAD = 1 << 16; // elements

  private final float[] data;
  private final Shape shape;

  private Tensor(float[] data, Shape shape) {
    this.data = data;
    this.shape = shape;
  }

  /**
   * A tensor around an array that the caller goes on owning: a change to one is seen in the other.
   *
   * @throws IllegalArgumentException if the array's length is not the shape's size
   */
  public static Tensor wrap(float[] data, Shape shape) {
    if (data.length != shape.size()) {
      throw new IllegalArgumentException(
          "Tensor: " + data.length + " values do not fill shape " + shape + " of " + shape.size());
    }
    return new Tensor(data, shape);
  }

  /** As {@link #wrap(float[], Shape)}, the shape as a list of dimensions. */
  public static Tensor wrap(float[] data, int... shape) {
    return wrap(data, Shape.of(shape));
  }

  /**
   * A tensor with a copy of the values, rounded to float.
   *
   * @throws IllegalArgumentException if their number is not the shape's size
   */
  public static Tensor copyOf(double[] values, int... shape) {
    float[] data = new float[values.length];
    for (int i = 0; i < data.length; i++) {
      data[i] = (float) values[i];
    }
    return wrap(data, Shape.of(shape));
  }

  /** A vector of the given values. */
  public static Tensor of(double... values) {
    return copyOf(values, values.length);
  }

  /**
   * All zeros.
   *
   * @throws OutOfMemoryError with a sentence, if Java's heap is too small
   */
  public static Tensor zeros(Shape shape) {
    return new Tensor(Heap.floats("Tensor: " + shape, shape.size()), shape);
  }

  /** All zeros. */
  public static Tensor zeros(int... shape) {
    return zeros(Shape.of(shape));
  }

  /** Every element the same value. */
  public static Tensor full(double value, int... shape) {
    Tensor tensor = zeros(shape);
    Arrays.fill(tensor.data, (float) value);
    return tensor;
  }

  /** 0, 1, 2, ... in reading order. */
  public static Tensor arange(int... shape) {
    Tensor tensor = zeros(shape);
    for (int i = 0; i < tensor.data.length; i++) {
      tensor.data[i] = i;
    }
    return tensor;
  }

  /** Standard normal values, drawn from {@code random} in reading order. */
  public static Tensor randn(Random random, int... shape) {
    Tensor tensor = zeros(shape);
    for (int i = 0; i < tensor.data.length; i++) {
      tensor.data[i] = (float) random.nextGaussian();
    }
    return tensor;
  }

  /** The shape, {@code (N, C, H, W)} for a batch of images. */
  public Shape shape() {
    return shape;
  }

  /** The length along one axis; axis -1 is the last. */
  public int dim(int axis) {
    return shape.dim(axis);
  }

  /** The number of axes. */
  public int rank() {
    return shape.rank();
  }

  /** The number of elements. */
  public int size() {
    return data.length;
  }

  /** The tensor's own array, row-major: writing to it changes the tensor. */
  public float[] array() {
    return data;
  }

  /** A tensor of equal shape and values that shares nothing with this one. */
  public Tensor copy() {
    return new Tensor(data.clone(), shape);
  }

  /**
   * One element.
   *
   * @throws IllegalArgumentException if the index does not fit the shape
   */
  public float get(int... index) {
    return data[offset(index)];
  }

  /**
   * Changes one element of this tensor.
   *
   * @throws IllegalArgumentException if the index does not fit the shape
   */
  public void set(double value, int... index) {
    data[offset(index)] = (float) value;
  }

  private int offset(int[] index) {
    boolean fits = index.length == rank();
    int offset = 0;
    for (int axis = 0; fits && axis < index.length; axis++) {
      fits = index[axis] >= 0 && index[axis] < dim(axis);
      offset = offset * dim(axis) + index[axis];
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "Tensor: index " + Arrays.toString(index) + " does not fit shape " + shape);
    }
    return offset;
  }

  /**
   * This tensor, when every element is a number that one can compute with.
   *
   * @param name what it is called, for the error
   * @throws IllegalArgumentException if one is NaN or infinite; it names the first
   */
  public Tensor requireFinite(String name) {
    for (int i = 0; i < data.length; i++) {
      if (!Float.isFinite(data[i])) {
        throw new IllegalArgumentException(
            "%s %s: element %s is %s, expected a finite number"
                .formatted(name, shape, Arrays.toString(index(i)), data[i]));
      }
    }
    return this;
  }

  /** The inverse of {@link #offset}. */
  private int[] index(int offset) {
    int[] index = new int[rank()];
    for (int axis = index.length - 1; axis >= 0; axis--) {
      index[axis] = offset % dim(axis);
      offset /= dim(axis);
    }
    return index;
  }

  /**
   * The same values in reading order under another shape, copied. One dimension may be -1 and is
   * then worked out from the others.
   *
   * @throws IllegalArgumentException if the sizes differ or -1 has no answer
   */
  public Tensor reshape(int... dims) {
    return new Tensor(data.clone(), shape.reshape(dims));
  }

  /**
   * Axes reordered: axis {@code i} of the result is axis {@code axes[i]} of this. Values move in
   * memory, unlike in {@link #reshape}. Without arguments all axes are reversed.
   *
   * @throws IllegalArgumentException unless every axis is named once
   */
  public Tensor transpose(int... axes) {
    int[] order = shape.order(axes);
    int rank = order.length;
    if (rank == 0) {
      return copy();
    }
    int[] dims = new int[rank];
    int[] steps = new int[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = dim(order[i]);
      steps[i] = shape.stride(order[i]);
    }
    Tensor out = zeros(dims);
    int rows = size() / dims[rank - 1];
    Parallel.split(
        rows,
        1 + WORTH_A_THREAD / dims[rank - 1],
        (from, to) -> out.copyRows(this, steps, from, to));
    return out;
  }

  /** Rows {@code from <= i < to} of this, the last axis, from a tensor with its axes' steps. */
  private void copyRows(Tensor source, int[] steps, int from, int to) {
    int last = rank() - 1;
    int n = dim(last);
    for (int row = from; row < to; row++) {
      int start = 0;
      for (int axis = last - 1, rest = row; axis >= 0; axis--) {
        start += rest % dim(axis) * steps[axis];
        rest /= dim(axis);
      }
      for (int i = 0; i < n; i++) {
        data[row * n + i] = source.data[start + i * steps[last]];
      }
    }
  }

  /**
   * The matrix product {@code (m, k) . (k, n) -> (m, n)}.
   *
   * @throws IllegalArgumentException unless both have two axes and the inner lengths agree
   */
  public Tensor dot(Tensor other) {
    if (rank() != 2 || other.rank() != 2 || dim(1) != other.dim(0)) {
      throw new IllegalArgumentException(
          "dot: %s . %s does not fit, expected (m, k) . (k, n)".formatted(shape, other.shape));
    }
    Tensor out = zeros(dim(0), other.dim(1));
    Matmul.dot(data, other.data, out.data, dim(0), dim(1), other.dim(1));
    return out;
  }

  /** Element by element; {@code other} has this shape or that of the last axes (a bias). */
  public Tensor add(Tensor other) {
    return zip("add", other, Loops::add);
  }

  /** Element by element; {@code other} has this shape or that of the last axes. */
  public Tensor sub(Tensor other) {
    return zip("sub", other, Loops::sub);
  }

  /** Element by element; {@code other} has this shape or that of the last axes. */
  public Tensor mul(Tensor other) {
    return zip("mul", other, Loops::mul);
  }

  /** Every element times a number. */
  public Tensor mul(double factor) {
    return map(v -> v * factor);
  }

  /** 1 where an element is at most the limit, elsewhere, and for NaN, 0: NumPy's {@code x <= 0}. */
  public Tensor atMost(double limit) {
    float most = (float) limit;
    Tensor mask = zeros(shape);
    for (int i = 0; i < data.length; i++) {
      int is = data[i] <= most ? 1 : 0;
      mask.data[i] = is;
    }
    return mask;
  }

  /** A copy with 0 where the mask, of this shape, is 1: NumPy's {@code x[mask] = 0}. */
  public Tensor zeroWhere(Tensor mask) {
    return zip("zeroWhere", mask, Loops::zeroWhere);
  }

  /** A function of every element. */
  public Tensor map(DoubleUnaryOperator function) {
    Tensor out = zeros(shape);
    for (int i = 0; i < data.length; i++) {
      out.data[i] = (float) function.applyAsDouble(data[i]);
    }
    return out;
  }

  private Tensor zip(String operation, Tensor other, Loops.Pairs function) {
    int tail = rank() - other.rank();
    boolean fits = tail >= 0;
    for (int axis = 0; fits && axis < other.rank(); axis++) {
      fits = other.dim(axis) == dim(tail + axis);
    }
    if (!fits) {
      throw new IllegalArgumentException(
          "%s: %s does not fit %s, expected the same shape or its last axes"
              .formatted(operation, other.shape, shape));
    }
    Tensor out = zeros(shape);
    int n = other.size();
    if (n == size()) {
      Parallel.split(
          n,
          WORTH_A_THREAD,
          (from, to) -> function.apply(data, from, other.data, from, out.data, to - from));
      return out;
    }
    for (int i = 0; i < size(); i += n) {
      function.apply(data, i, other.data, 0, out.data, n);
    }
    return out;
  }

  /** The sum of all elements, added up in double precision. */
  public double sum() {
    double sum = 0;
    for (float v : data) {
      sum += v;
    }
    return sum;
  }

  /** Sums along one axis, which disappears: {@code (N, D).sum(0) -> (D,)}. */
  public Tensor sum(int axis) {
    return reduce("sum", axis, Loops::sum);
  }

  /** The largest value along one axis, which disappears; NaN wins over every number. */
  public Tensor max(int axis) {
    return reduce("max", axis, Loops::max);
  }

  /** The position of the largest value along one axis, the first of equals; NaN wins. */
  public Tensor argmax(int axis) {
    return reduce("argmax", axis, Loops::argmax);
  }

  /**
   * One element of each row: {@code (m, n)} at positions {@code (m,)} gives {@code (m,)}, NumPy's
   * {@code x[arange(m), at]}.
   *
   * @param at a position from 0 to n - 1 for each row
   * @throws IllegalArgumentException unless there is one for each row of two axes
   */
  public Tensor pick(Tensor at) {
    if (rank() != 2 || at.rank() != 1 || at.size() != dim(0)) {
      throw new IllegalArgumentException(
          "pick: %s does not fit %s, expected (m,) and (m, n)".formatted(at.shape, shape));
    }
    Tensor out = zeros(at.shape);
    for (int i = 0; i < out.size(); i++) {
      out.data[i] = data[i * dim(1) + (int) at.data[i]];
    }
    return out;
  }

  private Tensor reduce(String operation, int axis, Loops.Reduction reduction) {
    int a = shape.axis(operation, axis);
    int inner = shape.stride(a);
    int n = dim(a);
    int[] dims = new int[rank() - 1];
    for (int i = 0; i < dims.length; i++) {
      dims[i] = dim(i < a ? i : i + 1);
    }
    Tensor out = zeros(dims);
    if (inner == 1) {
      Parallel.split(
          out.size(),
          1 + WORTH_A_THREAD / n,
          (from, to) ->
              reduction.apply(data, out.data, new Loops.Lines(from, to - from, from * n, n, n, 1)));
      return out;
    }
    for (int at = 0; at < out.size(); at += inner) {
      reduction.apply(data, out.data, new Loops.Lines(at, inner, at * n, 1, n, inner));
    }
    return out;
  }

  /**
   * Zeros around the last two axes: {@code (N, C, H, W) -> (N, C, H + 2 pad, W + 2 pad)}.
   *
   * @throws IllegalArgumentException for a negative pad or fewer than two axes
   */
  public Tensor pad(int pad) {
    if (pad < 0 || rank() < 2) {
      throw new IllegalArgumentException(
          "pad: expected a pad of 0 or more and two axes or more, got pad "
              + pad
              + " for "
              + shape);
    }
    int H = dim(-2);
    int W = dim(-1);
    Tensor out = zeros(shape.with(-2, H + 2 * pad).with(-1, W + 2 * pad));
    for (int row = 0; row < size() / W; row++) {
      int to = (row / H * (H + 2 * pad) + row % H + pad) * (W + 2 * pad) + pad;
      System.arraycopy(data, row * W, out.data, to, W);
    }
    return out;
  }

  /**
   * The slices {@code from <= i < to} along the first axis, copied: images of a batch, for one.
   *
   * @throws IllegalArgumentException unless {@code 0 <= from < to <= dim(0)}
   */
  public Tensor rows(int from, int to) {
    if (rank() == 0 || from < 0 || to <= from || to > dim(0)) {
      throw new IllegalArgumentException(
          "rows: %s to %s is no part of the first axis of %s".formatted(from, to, shape));
    }
    int row = size() / dim(0);
    return new Tensor(Arrays.copyOfRange(data, from * row, to * row), shape.with(0, to - from));
  }

  /**
   * The largest absolute difference to a tensor of the same shape; NaN if either holds one.
   *
   * @throws IllegalArgumentException if the shapes differ
   */
  public double maxAbsDiff(Tensor other) {
    if (!shape.equals(other.shape)) {
      throw new IllegalArgumentException("maxAbsDiff: shapes " + shape + " and " + other.shape);
    }
    double worst = 0;
    for (int i = 0; i < data.length; i++) {
      worst = Math.max(worst, Math.abs((double) data[i] - other.data[i]));
    }
    return worst;
  }

  /** The shape, then the values as NumPy prints them, the middle of long axes left out. */
  @Override
  public String toString() {
    return TensorText.of(this);
  }
}
