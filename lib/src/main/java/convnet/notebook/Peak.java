package convnet.notebook;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/** The processor's own limit: sums that never leave its registers. */
final class Peak {
  private static final int STEPS = 200_000;
  private static final int ROUNDS = 60;
  private static final int SUMS = 10;

  private Peak() {}

  static double vector() {
    VectorSpecies<Float> species = FloatVector.SPECIES_PREFERRED;
    float[] sink = new float[species.length()];
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long started = System.nanoTime();
      vectors(sink);
      double seconds = (System.nanoTime() - started) / 1e9;
      best = Math.max(best, 2.0 * SUMS * species.length() * STEPS / seconds / 1e9);
    }
    return best;
  }

  /** Ten sums, so that none has to wait for its last addition. */
  private static void vectors(float[] sink) {
    VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;
    FloatVector x = FloatVector.broadcast(S, 0.999f);
    FloatVector y = FloatVector.broadcast(S, 0.001f);
    FloatVector a = y;
    FloatVector b = y;
    FloatVector c = y;
    FloatVector d = y;
    FloatVector e = y;
    FloatVector f = y;
    FloatVector g = y;
    FloatVector h = y;
    FloatVector i = y;
    FloatVector j = y;
    for (int step = 0; step < STEPS; step++) {
      a = a.fma(x, y);
      b = b.fma(x, y);
      c = c.fma(x, y);
      d = d.fma(x, y);
      e = e.fma(x, y);
      f = f.fma(x, y);
      g = g.fma(x, y);
      h = h.fma(x, y);
      i = i.fma(x, y);
      j = j.fma(x, y);
    }
    a.add(b).add(c).add(d).add(e).add(f).add(g).add(h).add(i).add(j).intoArray(sink, 0);
  }

  static double plain() {
    double best = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long started = System.nanoTime();
      float sum = numbers();
      double seconds = (System.nanoTime() - started) / 1e9;
      if (sum > 0) { // always; so that the compiler cannot leave the sums out
        best = Math.max(best, 2.0 * 4 * STEPS / seconds / 1e9);
      }
    }
    return best;
  }

  private static float numbers() {
    float a = 1;
    float b = 1;
    float c = 1;
    float d = 1;
    for (int step = 0; step < STEPS; step++) {
      a = a * 0.999f + 0.001f;
      b = b * 0.999f + 0.001f;
      c = c * 0.999f + 0.001f;
      d = d * 0.999f + 0.001f;
    }
    return a + b + c + d;
  }
}
