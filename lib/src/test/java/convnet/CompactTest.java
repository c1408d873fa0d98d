package convnet;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * How much there is to read: lines of code, without comments, blank lines, imports and the package.
 * The chapter must stay an evening's reading, and the rooms around it small.
 */
class CompactTest {
  private static final Path SOURCES = Path.of("src", "main", "java", "convnet");

  private static final Map<List<String>, Integer> LIMITS =
      Map.of(
          List.of("tensor", "conv", "layer", "net", "optim"), 1530,
          List.of("train"), 245,
          List.of("array", "engine"), 2365,
          List.of("notebook"), 2155,
          List.of("lab"), 1530,
          List.of("jupyter"), 505,
          List.of("data"), 955,
          List.of("check"), 100,
          List.of("page"), 300,
          List.of("workbook"), 780);

  /** Lines by file, relative to the sources. */
  private static Map<Path, Integer> lines() throws IOException {
    Map<Path, Integer> lines = new LinkedHashMap<>();
    try (Stream<Path> files = Files.walk(SOURCES)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
        lines.put(SOURCES.relativize(file), count(Files.readString(file)));
      }
    }
    assertTrue(lines.size() > 50, "found " + lines.size() + " files");
    return lines;
  }

  private static int count(String source) {
    return (int)
        source
            .replaceAll("(?s)/\\*.*?\\*/", "")
            .lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.matches("(//|import |package ).*"))
            .count();
  }

  @Test
  void everyRoomIsSmall() throws IOException {
    Map<Path, Integer> lines = lines();
    LIMITS.forEach(
        (rooms, limit) -> {
          int sum = 0;
          for (Map.Entry<Path, Integer> file : lines.entrySet()) {
            sum += rooms.contains(file.getKey().getName(0).toString()) ? file.getValue() : 0;
          }
          assertTrue(sum > 0 && sum <= limit, rooms + " have " + sum + " lines, limit " + limit);
        });
    List<String> rooms = LIMITS.keySet().stream().flatMap(List::stream).toList();
    String others =
        lines.keySet().stream()
            .filter(file -> file.getNameCount() > 1 && !rooms.contains(file.getName(0).toString()))
            .map(Path::toString)
            .collect(Collectors.joining(" "));
    assertTrue(others.isEmpty(), "no limit for " + others);
  }

  @Test
  void thePagesScriptsAreSmall() throws IOException {
    int sum = 0;
    try (Stream<Path> files = Files.walk(Path.of("src", "main", "resources"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".js")).toList()) {
        int count = count(Files.readString(file));
        assertTrue(count <= 250, file + ": " + count + " lines, limit 250");
        sum += count;
      }
    }
    assertTrue(sum > 0 && sum <= 870, "scripts have " + sum + " lines, limit 870");
  }

  @Test
  void everyClassFitsIntoAHead() throws IOException {
    lines()
        .forEach(
            (file, count) -> {
              String room = file.getName(0).toString();
              int limit = room.equals("layer") ? 60 : file.endsWith("Tensor.java") ? 300 : 200;
              boolean exempt = room.equals("notebook") || file.endsWith("Checks.java");
              assertTrue(exempt || count <= limit, file + ": " + count + " lines, limit " + limit);
            });
  }
}
