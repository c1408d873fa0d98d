package convnet.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import convnet.tensor.Tensor;
import convnet.testing.Jvm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractMap;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that NumPy wrote are in the resources, beside the script that wrote them. */
class NpzFileTest {
  @TempDir Path folder;

  private String fixture(String name) throws IOException {
    Path copy = folder.resolve(name);
    try (InputStream in = NpzFileTest.class.getResourceAsStream("/golden/npz/" + name)) {
      Files.write(copy, in.readAllBytes());
    }
    return copy.toString();
  }

  private static Map<String, Tensor> arrays() {
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    arrays.put("W1", Tensor.arange(2, 1, 3, 4).map(v -> (float) v / 7f));
    arrays.put("b1", Tensor.of(-1.5, 2.25));
    arrays.put("scale", Tensor.full(0.125, new int[0]));
    return arrays;
  }

  private static void same(Map<String, Tensor> expected, Map<String, Tensor> found) {
    assertEquals(expected.keySet().toString(), found.keySet().toString());
    expected.forEach(
        (name, array) -> {
          assertEquals(array.shape(), found.get(name).shape(), name);
          assertArrayEquals(array.array(), found.get(name).array(), name);
        });
  }

  @Test
  void readsWhatNumPyWrote() throws IOException {
    for (String name : new String[] {"floats.npz", "compressed.npz", "doubles.npz"}) {
      same(arrays(), NpzFile.read(fixture(name)));
    }
  }

  @Test
  void writesTheArraysByteForByteAsNumPy() throws IOException {
    String ours = folder.resolve("ours.npz").toString();
    NpzFile.write(ours, arrays());
    try (ZipFile expected = new ZipFile(fixture("floats.npz"));
        ZipFile found = new ZipFile(ours)) {
      assertEquals(expected.size(), found.size());
      for (String name : arrays().keySet()) {
        ZipEntry entry = expected.getEntry(name + ".npy");
        byte[] numpy = expected.getInputStream(entry).readAllBytes();
        byte[] own = found.getInputStream(found.getEntry(name + ".npy")).readAllBytes();
        assertArrayEquals(numpy, own, name);
      }
    }
    same(arrays(), NpzFile.read(ours));
  }

  @Test
  void theSameArraysGiveTheSameFile() throws IOException {
    Path a = folder.resolve("a.npz");
    Path b = folder.resolve("b.npz");
    NpzFile.write(a.toString(), arrays());
    NpzFile.write(b.toString(), arrays());
    assertArrayEquals(Files.readAllBytes(a), Files.readAllBytes(b));
  }

  @Test
  void aFailedWriteLeavesTheOldFileAndNothingElse() throws IOException {
    Path file = folder.resolve("params.npz");
    NpzFile.write(file.toString(), arrays());
    byte[] before = Files.readAllBytes(file);
    Map<String, Tensor> failing =
        new AbstractMap<>() {
          @Override
          public Set<Entry<String, Tensor>> entrySet() {
            Map<String, Tensor> broken = new LinkedHashMap<>();
            broken.put("W1", Tensor.zeros(1000));
            broken.put("W2", null); // fails when half is written
            return broken.entrySet();
          }
        };
    assertThrows(NullPointerException.class, () -> NpzFile.write(file.toString(), failing));
    assertArrayEquals(before, Files.readAllBytes(file));
    try (var files = Files.list(folder)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void everyTruncationIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(Path.of(fixture("floats.npz")));
    Path cut = folder.resolve("cut.npz");
    for (int length = 0; length < whole.length; length += 7) {
      Files.write(cut, Arrays.copyOf(whole, length));
      String message =
          assertThrows(IOException.class, () -> NpzFile.read(cut.toString())).getMessage();
      String whatIs =
          length == 0
              ? "expected a file that numpy.savez wrote, but %s is empty; copy or download it again"
              : "%s is cut off, damaged, encrypted or of a rare kind of zip; copy it again or save it"
                  + " with numpy.savez";
      assertEquals("NpzFile: " + whatIs.formatted(cut), message);
    }
  }

  @Test
  void aChangedByteIsRefusedOrChangesNothing() throws IOException {
    for (String name : new String[] {"floats.npz", "compressed.npz"}) {
      byte[] whole = Files.readAllBytes(Path.of(fixture(name)));
      Path changed = folder.resolve("changed.npz");
      Random random = new Random(1);
      int refused = 0;
      for (int i = 0; i < 1500; i++) {
        byte[] bytes = whole.clone();
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
        Files.write(changed, bytes);
        try {
          Map<String, Tensor> found = NpzFile.read(changed.toString());
          // What the checksums do not cover: names and times in the archive's own lists.
          found.values().forEach(array -> assertTrue(holds(array), "wrong numbers"));
        } catch (IOException e) {
          assertTrue(e.getMessage().startsWith("NpzFile: "), e.getMessage());
          refused++;
        }
      }
      assertTrue(refused > 700, "only " + refused);
    }
  }

  private static boolean holds(Tensor array) {
    return arrays().values().stream()
        .anyMatch(a -> a.shape().equals(array.shape()) && Arrays.equals(a.array(), array.array()));
  }

  /** Reads a file, in a Java of its own. */
  static final class Reading {
    public static void main(String[] args) throws IOException {
      NpzFile.read(args[0]);
    }
  }

  @Test
  void aHeapTooSmallIsNamed() throws Exception {
    String file = folder.resolve("large.npz").toString();
    NpzFile.write(file, Map.of("W1", Tensor.zeros(8, 1 << 20)));
    String said = Jvm.output(Jvm.start(List.of("-Xmx24m"), Reading.class, file));
    assertTrue(
        said.contains(
            "java.io.IOException: NpzFile: reading "
                + file
                + " takes 33 MiB, more than is free in the heap of 24 MiB. In a notebook choose"
                + " Restart Kernel first;"),
        said);
  }

  @Test
  void manyArraysTooLargeTogetherAreNamed() throws Exception {
    String file = folder.resolve("forty.npz").toString();
    Map<String, Tensor> arrays = new LinkedHashMap<>();
    Tensor quarter = Tensor.zeros(1 << 18); // 1 MiB
    for (int i = 0; i < 40; i++) {
      arrays.put("W" + i, quarter);
    }
    NpzFile.write(file, arrays);
    String said = Jvm.output(Jvm.start(List.of("-Xmx24m"), Reading.class, file));
    assertTrue(
        said.contains("java.io.IOException: NpzFile: reading " + file + " takes 41 MiB, more than"),
        said);
  }

  @Test
  void refusesWhatIsNoFile() {
    for (String[] given :
        new String[][] {
          {"nowhere.npz", "there is no file " + Path.of("nowhere.npz").toAbsolutePath()},
          {
            "~/params.npz",
            "there is no file %s; Java does not read ~ as your home folder, write %s"
                .formatted(
                    Path.of("~/params.npz").toAbsolutePath(), System.getProperty("user.home"))
          },
          {
            folder.toString(), folder + " is a folder, expected a file; name a file in it",
          },
        }) {
      IOException e = assertThrows(IOException.class, () -> NpzFile.read(given[0]));
      assertEquals("NpzFile: " + given[1], e.getMessage());
    }
    assertFalse(Files.exists(Path.of("nowhere.npz")));
  }
}
