package convnet.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import convnet.data.NpzFile;
import convnet.lab.Curves;
import convnet.lab.Ledger;
import convnet.net.ConvNetConfig;
import convnet.net.SimpleConvNet;
import convnet.tensor.Tensor;
import convnet.testing.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

/** A process that is killed while it writes leaves the old file or the new one, whole. */
class KilledTest {
  private static final int TIMES = 12;
  private static final int LEDGER_TIMES = 25;

  @TempDir Path folder;
  private final Random random = new Random(1);

  private static Process start(String what, Path file) throws IOException {
    List<String> flags = List.of("-Xmx64m", "-Dconvnet.engine=plain");
    return Jvm.start(flags, KilledWriter.class, what, file.toString());
  }

  /**
   * Starts a writer and kills it after one to ten writes, wherever it then is in the next.
   *
   * @return how many it had done
   */
  private int kill(String what, Path file) throws Exception {
    Process writer = start(what, file);
    int writes = 1 + random.nextInt(10);
    for (int write = 0; write < writes; write++) {
      expect("written", writer);
    }
    writer.destroyForcibly().waitFor();
    return writes;
  }

  private static void expect(String line, Process writer) throws IOException {
    String said = writer.inputReader().readLine();
    if (!line.equals(said)) {
      writer.destroyForcibly();
      fail(said + "\n" + Jvm.output(writer));
    }
  }

  @Test
  void halfAFileIsADraftThatTheNextWriteReplaces() throws Exception {
    Path file = folder.resolve("params.npz");
    Map<String, Tensor> old = Map.of("W1", Tensor.of(1, 2, 3));
    NpzFile.write(file.toString(), old);
    Process writer = start("half", file);
    expect("half", writer);
    writer.destroyForcibly().waitFor();
    assertEquals(2, files().size());
    assertTrue(files().stream().anyMatch(f -> f.matches("\\.params\\.npz\\.\\d+\\..{36}\\.new")));
    assertArrayEquals(old.get("W1").array(), NpzFile.read(file.toString()).get("W1").array());
    NpzFile.write(file.toString(), Map.of("W1", Tensor.of(4)));
    assertEquals(4, NpzFile.read(file.toString()).get("W1").get(0));
    assertEquals(Set.of("params.npz"), files());
  }

  private Set<String> files() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  /** Each row that was written is there, whole, and so are its curves. */
  @Test
  void theLedgerHasWholeRowsAndTheirCurves() throws Exception {
    Ledger ledger = new Ledger(folder.toString());
    int before = 0;
    for (int i = 0; i < LEDGER_TIMES; i++) {
      int least = before + kill("ledger", folder);
      Table table = ledger.table();
      before = table.rowCount();
      assertTrue(before >= least, before + " rows, of which " + least + " were written");
      for (int row = 0; row < before; row++) {
        Curves curves = ledger.curves(table.intColumn("run").get(row));
        assertEquals((float) table.doubleColumn("loss").getDouble(row), curves.losses()[1]);
        assertEquals(10, curves.right().length);
      }
    }
  }

  @Test
  void theParametersAreThereAndRight() throws Exception {
    Path file = folder.resolve("params.npz");
    Map<String, Tensor> expected = new SimpleConvNet(ConvNetConfig.chapter7()).params();
    for (int i = 0; i < TIMES; i++) {
      kill("parameters", file);
      Map<String, Tensor> found = NpzFile.read(file.toString());
      assertEquals(expected.keySet(), found.keySet());
      expected.forEach((name, p) -> assertArrayEquals(p.array(), found.get(name).array(), name));
    }
  }
}
