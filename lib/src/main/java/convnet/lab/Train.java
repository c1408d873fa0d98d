package convnet.lab;

import convnet.data.NpzFile;
import convnet.engine.Engine;
import convnet.train.TrainingRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import tech.tablesaw.api.Table;

/**
 * Trainings without a notebook, each a row of a ledger: {@code java -Xmx1g --add-modules
 * jdk.incubator.vector -cp lib/target/convnet.jar convnet.lab.Train data/mnist
 * notebooks/experiments seed=0..4 "learning rate=0.02"}. What is not said is as in the chapter.
 * What the ledger holds already is not trained again. One more word, {@code params=my.npz}, writes
 * the last network's parameters to a file.
 */
public final class Train {
  private static final String SEEDS = "seed=(-?\\d{1,18})\\.\\.(-?\\d{1,18})";

  private Train() {}

  /**
   * Runs the trainings.
   *
   * @param args the folder of the data, that of the ledger, then settings, {@code name=value}
   */
  public static void main(String[] args) throws IOException {
    if (args.length < 2) {
      System.err.println(
          "Train: expected the data's folder, the ledger's folder and any settings, such as"
              + " seed=0..4 \"learning rate=0.02\"");
      System.exit(2);
    }
    System.out.println(Engine.machine());
    Experiment base = Experiment.chapter7();
    long[] seeds = {0};
    String params = null;
    for (String arg : List.of(args).subList(2, args.length)) {
      String[] words = arg.split("=", 2);
      if (arg.matches(SEEDS)) {
        long first = Long.parseLong(arg.replaceAll(SEEDS, "$1"));
        seeds =
            LongStream.rangeClosed(first, Long.parseLong(arg.replaceAll(SEEDS, "$2"))).toArray();
      } else if (arg.startsWith("params=")) {
        params = words[1];
      } else {
        base = base.with(words[0], words.length == 1 ? "" : words[1]);
        seeds = words[0].equals("seed") ? new long[] {Long.parseLong(base.get("seed"))} : seeds;
      }
    }
    List<Experiment> experiments = new ArrayList<>();
    for (long seed : seeds) {
      experiments.add(base.with("seed", seed));
    }
    Ledger ledger = new Ledger(args[1]);
    Samples samples = Samples.load(args[0]);
    int[] told = {0};
    Sweep sweep =
        new Sweep(experiments, samples, ledger)
            .run(
                s -> {
                  while (told[0] < s.done()) {
                    tell(ledger.table(), s.runs().get(told[0]++));
                  }
                });
    if (params != null) {
      TrainingRun last = ledger.rerun(sweep.runs().get(sweep.done() - 1)).train();
      NpzFile.write(params, last.trainer().network().params());
    }
  }

  private static void tell(Table table, int run) {
    int row = Ledger.row(table, run);
    System.out.printf(
        Locale.ROOT,
        "run %d: seed %d, train %.4f, test %.4f, loss %.4f, %d updates, %.1f s%n",
        run,
        table.longColumn("seed").get(row),
        table.doubleColumn("train accuracy").get(row),
        table.doubleColumn("test accuracy").get(row),
        table.doubleColumn("loss").get(row),
        table.intColumn("updates").get(row),
        table.doubleColumn("seconds").get(row));
  }
}
