package convnet.data;

import static convnet.testing.Check.refused;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import convnet.testing.Jvm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file that is replaced keeps what it had: its place, its permissions, those who may write it.
 */
class WholeFileTest {
  @TempDir Path folder;
  private Path file;

  @BeforeEach
  void oldFile() throws IOException {
    file = folder.resolve("notes.txt");
    Files.writeString(file, "old");
  }

  private static void write(Path file, String text) throws IOException {
    WholeFile.replace("Test", file.toString(), out -> out.write(bytes(text)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Set<String> names() throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  private static void needPosix(Path file) throws IOException {
    assumeTrue(Files.getFileStore(file).supportsFileAttributeView("posix"));
  }

  private static String permissions(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aSymbolicLinkStaysOne() throws IOException {
    needPosix(file);
    Path far = Files.createDirectory(folder.resolve("far")).resolve("real.txt");
    Files.writeString(far, "old");
    Path link = folder.resolve("link.txt");
    Files.createSymbolicLink(link, Path.of("far", "real.txt"));
    Path second = folder.resolve("second.txt");
    Files.createSymbolicLink(second, link);
    write(second, "new");
    assertTrue(Files.isSymbolicLink(second));
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(far));
    assertEquals(Set.of("notes.txt", "far", "link.txt", "second.txt"), names());
  }

  @Test
  void aLinkToNothingYetGetsItsFile() throws IOException {
    needPosix(file);
    Path link = folder.resolve("link.txt");
    Files.createSymbolicLink(link, folder.resolve("later.txt"));
    write(link, "new");
    assertTrue(Files.isSymbolicLink(link));
    assertEquals("new", Files.readString(folder.resolve("later.txt")));
  }

  @Test
  void permissionsStay() throws IOException {
    needPosix(file);
    for (String permissions : new String[] {"rw-------", "rw-rw-r--", "rwxr-x---", "rw-r--r--"}) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
      write(file, permissions);
      assertEquals(permissions, permissions(file));
      assertEquals(permissions, Files.readString(file));
    }
  }

  /** Those of a new file are what the process gives to any. */
  @Test
  void aNewFileHasThePermissionsOfAny() throws IOException {
    needPosix(file);
    write(folder.resolve("new.txt"), "new");
    Files.createFile(folder.resolve("any.txt"));
    assertEquals(permissions(folder.resolve("any.txt")), permissions(folder.resolve("new.txt")));
  }

  @Test
  void aReadOnlyFileIsRefusedAndStays() throws IOException {
    needPosix(file);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    refused(
        IOException.class,
        "Test: "
            + file
            + " is read-only, nothing was written; allow writing or choose another file",
        () -> write(file, "new"));
    assertEquals("old", Files.readString(file));
    assertEquals(Set.of("notes.txt"), names());
  }

  /** A root who writes to /dev/null must not make a file of it. */
  @Test
  void whatIsNoFileIsNotReplaced() throws IOException {
    needPosix(file);
    Path null0 = folder.resolve("null");
    Files.createSymbolicLink(null0, Path.of("/dev/null"));
    Path loop = folder.resolve("loop");
    Files.createSymbolicLink(loop, Path.of("back"));
    Files.createSymbolicLink(folder.resolve("back"), Path.of("loop"));
    for (Path path : new Path[] {Path.of("/dev/null"), null0, loop}) {
      String message = assertThrows(IOException.class, () -> write(path, "new")).getMessage();
      assertTrue(
          message.endsWith(
              "is a device, a pipe or a link that leads to itself, expected a file; name one"),
          message);
    }
    assertFalse(Files.isRegularFile(Path.of("/dev/null")));
    assertTrue(Files.isSymbolicLink(loop));
    String read = assertThrows(IOException.class, () -> NpzFile.read("/dev/null")).getMessage();
    assertEquals("NpzFile: /dev/null is a device or a pipe, expected a file; save it as one", read);
  }

  /** The folder for temporary files may be missing, full or another user's. */
  @Test
  void workIsDoneWithoutALockThatCannotBeHad() throws IOException {
    String before = System.setProperty("java.io.tmpdir", folder.resolve("nowhere").toString());
    try {
      WholeFile.alone(() -> write(file, "new"));
      assertEquals("new", Files.readString(file));
    } finally {
      System.setProperty("java.io.tmpdir", before);
    }
  }

  @Test
  void aNameTooLongForADraftIsRefused() throws IOException {
    needPosix(file);
    Path longest = folder.resolve("n".repeat(250));
    refused(
        IOException.class,
        "Test: no draft of %s can be made beside it (FileSystemException); choose another name or"
                .formatted(longest)
            + " folder",
        () -> write(longest, "new"));
  }

  /** Others may know how drafts are named, and have put links where they expect the next. */
  @Test
  void nobodyCanPutALinkWhereTheDraftWillBe() throws IOException {
    needPosix(file);
    Path victim = folder.resolve("victim.txt");
    Files.writeString(victim, "precious");
    long pid = ProcessHandle.current().pid();
    for (String name : new String[] {".notes.txt.new", ".notes.txt." + pid + ".new"}) {
      Files.createSymbolicLink(folder.resolve(name), victim);
    }
    write(file, "new");
    assertEquals("new", Files.readString(file));
    assertEquals("precious", Files.readString(victim));
    assertFalse(Files.isSymbolicLink(file));
  }

  @Test
  void draftsOfEndedProcessesGoOthersStay() throws Exception {
    Process ended = Jvm.start(List.of("-Xmx16m"), Ended.class);
    ended.waitFor();
    String random = "00000000-0000-0000-0000-000000000000";
    long pid = ProcessHandle.current().pid();
    String gone = ".notes.txt." + ended.pid() + "." + random + ".new";
    List<String> stay =
        List.of(
            ".notes.txt." + pid + "." + random + ".new", // whoever writes at this moment
            ".other.txt." + ended.pid() + "." + random + ".new",
            ".notes.txt." + ended.pid() + ".new",
            "notes.txt." + ended.pid() + "." + random + ".new");
    Files.writeString(folder.resolve(gone), "half");
    for (String name : stay) {
      Files.writeString(folder.resolve(name), "half");
    }
    write(file, "new");
    assertFalse(names().contains(gone));
    assertTrue(names().containsAll(stay), names().toString());
  }

  /** Does nothing, in a Java of its own. */
  static final class Ended {
    public static void main(String[] args) {}
  }

  @Test
  void whatFailsLeavesTheOldFileAlone() throws IOException {
    refused(
        IOException.class,
        "Test: %s cannot be written (no more) and stays as it was; make room or choose another place"
            .formatted(file),
        () ->
            WholeFile.replace(
                "Test",
                file.toString(),
                out -> {
                  out.write(bytes("half"));
                  throw new IOException("no more");
                }));
    assertEquals("old", Files.readString(file));
    assertEquals(Set.of("notes.txt"), names());
  }

  @Test
  void refusesWhereNoFileCanBe() {
    Path nowhere = folder.resolve("nowhere");
    refused(
        IOException.class,
        "Test: there is no folder " + nowhere,
        () -> write(nowhere.resolve("notes.txt"), "new"));
    refused(
        IOException.class,
        "Test: " + folder + " is a folder, expected a file; name a file in it",
        () -> write(folder, "new"));
    refused(
        IOException.class,
        "Test: " + file + " is a file, expected a folder; name the folder it lies in",
        () -> write(file.resolve("notes.txt"), "new"));
    refused(
        IOException.class,
        "Test: there is no folder %s; Java does not read ~ as your home folder, write %s"
            .formatted(Path.of("~/notes").toAbsolutePath(), System.getProperty("user.home")),
        () -> WholeFile.replace("Test", "~/notes/a.txt", out -> {}));
    assertFalse(Files.exists(Path.of("~")));
  }
}
