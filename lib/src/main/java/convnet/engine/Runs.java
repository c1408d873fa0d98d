package convnet.engine;

/**
 * Some places of a window, one after another in reading order, cut into runs: as long as a run
 * lasts, neighbouring places look at neighbours in memory.
 *
 * @param from the first place
 * @param source for each run, how far its first pixel lies from that of place 0
 * @param length how many places it has
 * @param target which of the places it begins with
 */
record Runs(int from, int[] source, int[] length, int[] target) {
  /**
   * The runs of places {@code from <= p < to}.
   *
   * @param across how many places there are from left to right, neighbours in memory
   * @param down the distance in memory from a place to the one below it
   */
  static Runs of(int from, int to, int across, int down) {
    int first = from / across;
    int count = (to - 1) / across - first + 1;
    Runs runs = new Runs(from, new int[count], new int[count], new int[count]);
    for (int k = 0; k < count; k++) {
      int begin = Math.max(from, (first + k) * across);
      int end = Math.min(to, (first + k + 1) * across);
      runs.source[k] = begin / across * down + begin % across;
      runs.length[k] = end - begin;
      runs.target[k] = begin - from;
    }
    return runs;
  }
}
