package convnet.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.data.NpzFile;
import convnet.net.ConvNetConfig;
import convnet.net.SimpleConvNet;
import convnet.tensor.Tensor;
import convnet.testing.Jvm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed while it writes leaves the old file or the new one, whole. */
class KilledTest {
  private static final int TIMES = 12;

  @TempDir Path folder;
  private final Random random = new Random(1);

  private static Process start(String what, Path file) throws IOException {
    List<String> flags = List.of("-Xmx64m", "-Dconvnet.engine=plain");
    return Jvm.start(flags, KilledWriter.class, what, file.toString());
  }

  /** Starts a writer and kills it up to 60 ms after its first write. */
  private void kill(String what, Path file) throws Exception {
    FileTime before = Files.exists(file) ? Files.getLastModifiedTime(file) : null;
    Process writer = start(what, file);
    assertEquals("writing", writer.inputReader().readLine());
    while (!Files.exists(file) || Files.getLastModifiedTime(file).equals(before)) {
      Thread.sleep(1);
    }
    Thread.sleep(random.nextInt(60));
    assertTrue(writer.isAlive());
    writer.destroyForcibly().waitFor();
  }

  @Test
  void halfAFileIsADraftThatTheNextWriteReplaces() throws Exception {
    Path file = folder.resolve("params.npz");
    Map<String, Tensor> old = Map.of("W1", Tensor.of(1, 2, 3));
    NpzFile.write(file.toString(), old);
    Process writer = start("half", file);
    assertEquals("half", writer.inputReader().readLine());
    writer.destroyForcibly().waitFor();
    assertEquals(Set.of("params.npz", ".params.npz.new"), files());
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

  @Test
  void theLedgerHasWholeRowsOnly() throws Exception {
    Path file = folder.resolve("ledger.csv");
    int before = 0;
    for (int i = 0; i < TIMES; i++) {
      kill("ledger", file);
      List<String> lines = Files.readAllLines(file);
      assertTrue(Files.readString(file).endsWith("\n"));
      assertEquals(String.join(",", Ledger.COLUMNS), lines.get(0));
      for (String line : lines) {
        assertEquals(Ledger.COLUMNS.size(), line.split(",", -1).length, line);
      }
      assertTrue(lines.size() > before, "rows were lost");
      before = lines.size();
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
