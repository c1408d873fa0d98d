package convnet.data;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Collections;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A file that is written whole or not at all: what stood there before stays until the new one is
 * complete. Neither an error, nor an interrupt, nor the end of the process leaves half of it; the
 * last may leave a draft beside it, which the next write deletes. A symbolic link stays one, and
 * the file keeps its permissions and, where the system allows it, its group and owner.
 */
public final class WholeFile {
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rw-------");
  private static final Set<PosixFilePermission> WRITE =
      PosixFilePermissions.fromString("-w--w--w-");

  private WholeFile() {}

  /** What is to stand in the file. */
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** What is to be done alone. */
  public interface Work {
    void run() throws IOException;
  }

  /**
   * Replaces a file, or makes it.
   *
   * @param writer begins the error
   * @throws IOException if it cannot be written or is read-only, its folder is not there, or what
   *     content throws; then it stays as it was
   */
  public static void replace(String writer, String name, Content content) throws IOException {
    Path file = target(GivenFile.path(writer, name));
    // A name with ~ is explained as it was given.
    GivenFile.folder(writer, (name.startsWith("~/") ? Path.of(name) : file).getParent().toString());
    if (Files.isDirectory(file)) {
      throw new IOException(
          "%s: %s is a folder, expected a file; name a file in it".formatted(writer, file));
    }
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file)) {
      throw new IOException(
          "%s: %s is a device, a pipe or a link that leads to itself, expected a file; name one"
              .formatted(writer, file));
    }
    Set<PosixFilePermission> permissions = permissions(file);
    if (Files.exists(file) && !writable(file, permissions)) {
      throw new IOException(
          "%s: %s is read-only, nothing was written; allow writing or choose another file"
              .formatted(writer, file));
    }
    deleteOldDrafts(file);
    Path draft = newDraft(writer, file, permissions);
    try {
      // Not Files.newOutputStream: that one breaks off when the thread is interrupted.
      try (OutputStream out = new FileOutputStream(draft.toFile())) {
        content.writeTo(out);
      }
      if (!permissions.isEmpty()) {
        keepOwners(file, draft);
        Files.setPosixFilePermissions(draft, permissions);
      }
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IOException(
          "%s: %s cannot be written (%s) and stays as it was; make room or choose another place"
              .formatted(writer, file, e.getMessage()),
          e);
    } finally {
      Files.deleteIfExists(draft);
    }
  }

  /** The file that a symbolic link stands for, be it there or not. */
  private static Path target(Path file) throws IOException {
    Path target = file;
    for (int links = 0; links < 40 && Files.isSymbolicLink(target); links++) {
      target = target.resolveSibling(Files.readSymbolicLink(target)).normalize();
    }
    return target;
  }

  /** Those of a file; none if there is no file, or no such permissions (on Windows). */
  private static Set<PosixFilePermission> permissions(Path file) throws IOException {
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    boolean there = view != null && Files.exists(file);
    return there ? view.readAttributes().permissions() : Set.of();
  }

  /** The administrator may write everything; what nobody may write is read-only for him too. */
  private static boolean writable(Path file, Set<PosixFilePermission> permissions) {
    return Files.isWritable(file)
        && (permissions.isEmpty() || !Collections.disjoint(permissions, WRITE));
  }

  /** Its name cannot be guessed, so that nobody has put a link there, and tells who writes it. */
  private static Path newDraft(String writer, Path file, Set<PosixFilePermission> permissions)
      throws IOException {
    long pid = ProcessHandle.current().pid();
    Path draft = file.resolveSibling(prefix(file) + pid + "." + UUID.randomUUID() + ".new");
    FileAttribute<?>[] none = {};
    FileAttribute<?>[] closed = {PosixFilePermissions.asFileAttribute(OWNER_ONLY)};
    try {
      return Files.createFile(draft, permissions.isEmpty() ? none : closed);
    } catch (FileSystemException e) {
      throw new IOException(
          "%s: no draft of %s can be made beside it (%s); choose another name or folder"
              .formatted(writer, file, e.getClass().getSimpleName()),
          e);
    }
  }

  /** Group and owner, so that those who could write it still can; the system may forbid either. */
  private static void keepOwners(Path file, Path draft) throws IOException {
    PosixFileAttributes before = Files.readAttributes(file, PosixFileAttributes.class);
    PosixFileAttributeView view = Files.getFileAttributeView(draft, PosixFileAttributeView.class);
    PosixFileAttributes now = view.readAttributes();
    try {
      if (!now.group().equals(before.group())) {
        view.setGroup(before.group());
      }
      if (!now.owner().equals(before.owner())) {
        view.setOwner(before.owner());
      }
    } catch (FileSystemException e) {
      // Not ours to give away: the permissions stay, and who may write it by them.
    }
  }

  /**
   * Does some work while no other thread, and no other process of this user on this machine, does
   * any: what reads a file before it replaces it would lose what others wrote. They wait for one
   * lock, whatever their files, so that one file is left in the folder for temporary files.
   */
  public static synchronized void alone(Work work) throws IOException {
    String user = System.getProperty("user.name");
    File lock = new File(System.getProperty("java.io.tmpdir"), "convnet-" + user + ".lock");
    try (RandomAccessFile open = opened(lock)) {
      while (open != null && open.getChannel().tryLock() == null) {
        Thread.yield();
      }
      work.run();
    }
  }

  /** Null if it cannot be had: that must not keep anybody from writing. */
  private static RandomAccessFile opened(File lock) {
    try {
      return new RandomAccessFile(lock, "rw");
    } catch (FileNotFoundException e) {
      return null;
    }
  }

  private static String prefix(Path file) {
    return "." + file.getFileName() + ".";
  }

  /** What processes left that have ended before their file was whole. */
  private static void deleteOldDrafts(Path file) throws IOException {
    String prefix = prefix(file);
    try (Stream<Path> siblings = Files.list(file.getParent())) {
      for (Path sibling : siblings.toList()) {
        String name = sibling.getFileName().toString();
        if (name.startsWith(prefix)
            && name.substring(prefix.length()).matches("\\d{1,18}\\.[0-9a-f-]{36}\\.new")
            && Files.isRegularFile(sibling, LinkOption.NOFOLLOW_LINKS)
            && ended(Long.parseLong(name.substring(prefix.length()).split("\\.")[0]))) {
          sibling.toFile().delete(); // or stays, if it is another's
        }
      }
    }
  }

  private static boolean ended(long pid) {
    return ProcessHandle.of(pid).isEmpty();
  }
}
