package convnet.lab;

import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.inference.AlternativeHypothesis;
import org.apache.commons.math3.stat.inference.BinomialTest;
import tech.tablesaw.api.Table;

/**
 * Two runs of a ledger, the one before and the one after a change: what was changed, and whether
 * the difference of their accuracies may be chance.
 *
 * <p>The rule: both networks answered the same images. Images that both have right, or both wrong,
 * tell nothing. Were the networks equally good, each of the others would be as likely to be right
 * in the one as in the other, as a coin falls; the chance is how often coins would fall as unevenly
 * (McNemar's test, exact). It speaks of these two networks. Whether the change is good for others,
 * with other seeds, only other seeds tell.
 */
public final class Comparison {
  private final Ledger ledger;
  private final int before;
  private final int after;
  private final float[] was;
  private final float[] is;

  /**
   * Compares two runs.
   *
   * @throws IllegalArgumentException if there is no such run, or they learned from other images or
   *     were judged by others
   */
  public Comparison(Ledger ledger, int before, int after) {
    Table table = ledger.table();
    if (!sameImages(table, Ledger.row(table, before), Ledger.row(table, after))) {
      throw new IllegalArgumentException(
          "Comparison: runs %s and %s learned from other images or were judged by others; compare runs"
                  .formatted(before, after)
              + " of the same data, divided alike");
    }
    this.ledger = ledger;
    this.before = before;
    this.after = after;
    this.was = ledger.curves(before).right();
    this.is = ledger.curves(after).right();
  }

  /** A run beside the last one before it, in two sentences; or that it is the first. */
  public static String text(Ledger ledger, int run) {
    Comparison comparison = withTheOneBefore(ledger, run);
    return comparison == null
        ? "Run %s is the first that learned from these images.".formatted(run)
        : comparison.text();
  }

  /**
   * A run beside the last one before it that learned from the same images and was judged by the
   * same; null if there is none.
   */
  public static Comparison withTheOneBefore(Ledger ledger, int run) {
    Table table = ledger.table();
    int now = Ledger.row(table, run);
    for (int row = now - 1; row >= 0; row--) {
      if (sameImages(table, row, now)) {
        return new Comparison(ledger, table.intColumn("run").get(row), run);
      }
    }
    return null;
  }

  private static boolean sameImages(Table table, int row, int other) {
    return Stream.of("data check", "images", "validation")
        .map(table::column)
        .allMatch(column -> column.get(row).equals(column.get(other)));
  }

  /** The earlier run's number. */
  public int before() {
    return before;
  }

  /** What was changed: {@code conv 30 5x5 -> conv 16 5x5}; empty if nothing. */
  public String changes() {
    return ledger.experiment(after).changesFrom(ledger.experiment(before));
  }

  /** How many images only the later run has right. */
  public int gained() {
    return only(is, was);
  }

  /** How many images only the earlier run had right. */
  public int lost() {
    return only(was, is);
  }

  private static int only(float[] these, float[] those) {
    int count = 0;
    for (int i = 0; i < Math.min(these.length, those.length); i++) {
      count += these[i] > those[i] ? 1 : 0;
    }
    return count;
  }

  /** How often chance alone would make so large a difference or a larger one, from 0 to 1. */
  public double chance() {
    int tosses = gained() + lost();
    return tosses == 0
        ? 1
        : new BinomialTest().binomialTest(tosses, gained(), 0.5, AlternativeHypothesis.TWO_SIDED);
  }

  /** All of it in two sentences. */
  public String text() {
    String changed = changes();
    String what =
        "Run %s beside run %s: %s."
            .formatted(
                after,
                before,
                changed.isEmpty() ? "nothing changed" : changed + ", all else equal");
    if (was.length == 0 || is.length == 0) {
      return what
          + " One of them diverged or has lost its answers, so there is nothing to compare.";
    }
    double difference = 100.0 * (gained() - lost()) / is.length;
    return String.format(
        Locale.ROOT,
        "%s Of %,d images %,d became right and %,d wrong: %+.2f %%; chance alone does as much in %s.",
        what,
        is.length,
        gained(),
        lost(),
        difference,
        cases(chance()));
  }

  private static String cases(double chance) {
    return chance >= 0.01
        ? String.format(Locale.ROOT, "%.0f of 100 cases", 100 * chance)
        : chance >= 0.0001
            ? String.format(Locale.ROOT, "%.0f of 10,000 cases", 10_000 * chance)
            : "fewer than 1 of 10,000 cases";
  }
}
