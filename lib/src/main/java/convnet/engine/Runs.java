package convnet.engine;

/**
 * Some places of a window, one after another in reading order, cut into runs: as long as a run
 * lasts, neighbouring places look at neighbours in memory.
 *
 * @param from the first place
 * @param to one past the last
 * @param source for each run, how far its first pixel lies from that of place 0
 * @param length how many places it has
 * @param target which of the places it begins with
 */
record Runs(int from, int to, int[] source, int[] length, int[] target) {
  /**
   * The runs of some places.
   *
   * @param across how many places there are from left to right
   * @param down the distance in memory from a place to the one below it
   * @param right the distance to the next one; where it is not 1, each place is a run of its own
   */
  static Runs of(int from, int to, int across, int down, int right) {
    int longest = right == 1 ? across : 1;
    int first = from / longest;
    int count = (to - 1) / longest - first + 1;
    Runs runs = new Runs(from, to, new int[count], new int[count], new int[count]);
    for (int k = 0; k < count; k++) {
      int begin = Math.max(from, (first + k) * longest);
      int end = Math.min(to, (first + k + 1) * longest);
      runs.source[k] = begin / across * down + begin % across * right;
      runs.length[k] = end - begin;
      runs.target[k] = begin - from;
    }
    return runs;
  }

  /** How many places they are. */
  int count() {
    return to - from;
  }
}
