package convnet.array;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/** Room is made once, and what is too much is named. */
class HeapTest {
  @Test
  void roomThatSufficesIsTakenAgain() {
    float[] floats = new float[7];
    int[] ints = new int[7];
    assertSame(floats, Heap.room(floats, 7));
    assertSame(ints, Heap.room(ints, 3));
    assertEquals(8, Heap.room(floats, 8).length);
    assertEquals(8, Heap.room(ints, 8).length);
  }

  @Test
  void tooMuchIsNamed() {
    long heap = (Runtime.getRuntime().maxMemory() + (1 << 20) - 1) >> 20;
    assumeTrue(heap < 8000, "an array has 8 GiB at the most");
    int size = (int) (heap + 1) << 18; // a MiB more than the heap
    String sentence =
        "Engine: room for %s numbers takes %s MiB, more than is free in the heap of %s MiB. In a"
            + " notebook choose Restart Kernel first; for a larger heap start with"
            + " CONVNET_HEAP=4g python3 notebooks/lab.py, or java -Xmx4g";
    String expected = sentence.formatted(size, heap + 1, heap);
    assertEquals(
        expected,
        assertThrows(OutOfMemoryError.class, () -> Heap.room(new int[0], size)).getMessage());
    assertEquals(
        expected,
        assertThrows(OutOfMemoryError.class, () -> Heap.room(new float[0], size)).getMessage());
  }
}
