package convnet.engine;

import convnet.array.Heap;
import convnet.array.Parallel;
import convnet.tensor.Tensor;
import java.util.Arrays;

/**
 * A convolution's dW and db, summed up apart for each chunk of the batch and then in the chunks'
 * order: so no result depends on which thread summed up what.
 */
final class ChunkSums {
  private final int N;
  private final float[][] sums;
  private final int[] places;
  private final int bias;

  /**
   * For a batch of N images.
   *
   * @param places where in a sum each number of W has its gradient
   * @param bias where db begins, after all of W's
   * @param FN the number of filters
   */
  ChunkSums(int N, int[] places, int bias, int FN) {
    this.N = N;
    this.places = places;
    this.bias = bias;
    sums = new float[Parallel.chunkOf(N - 1, N) + 1][];
    Arrays.setAll(sums, i -> Heap.room(new float[0], bias + FN));
  }

  /** The sum that image n belongs to. */
  float[] of(int n) {
    return sums[Parallel.chunkOf(n, N)];
  }

  /** Moves all sums into dW and db, whatever was in them. */
  void moveTo(Tensor dW, Tensor db) {
    float[] total = sums[0];
    Parallel.split(total.length, 4096, (from, to) -> total(total, from, to));
    for (int i = 0; i < places.length; i++) {
      dW.array()[i] = total[places[i]];
    }
    System.arraycopy(total, bias, db.array(), 0, db.size());
    Arrays.fill(total, 0f);
  }

  private void total(float[] total, int from, int to) {
    for (int k = 1; k < sums.length; k++) {
      float[] sum = sums[k];
      for (int i = from; i < to; i++) {
        total[i] += sum[i];
      }
      Arrays.fill(sum, from, to, 0f);
    }
  }
}
