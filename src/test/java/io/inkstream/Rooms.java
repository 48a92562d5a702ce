package io.inkstream;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The table of rooms in ARCHITECTURE.md: which room lies in which wing, and which others it knows.
record Rooms(Map<String, Room> byName) {
  static final Path DOCUMENT = Path.of("ARCHITECTURE.md");
  private static final Pattern ROW =
      Pattern.compile(
          "^\\| `([a-z]+)` \\| ([a-z]+) \\| [^|]* \\| ([^|]*) \\|([^|]*)\\|$", Pattern.MULTILINE);
  private static final Pattern NAME = Pattern.compile("`(\\w+)`");

  /// @param types the main ones, which a newcomer reads first
  record Room(String name, String wing, Set<String> types, Set<String> knows) {}

  static Rooms ofTheDocument() {
    Map<String, Room> rooms = new LinkedHashMap<>();
    Matcher row = ROW.matcher(Documents.part(DOCUMENT, "rooms"));
    while (row.find()) {
      rooms.put(
          row.group(1),
          new Room(row.group(1), row.group(2), names(row.group(3)), names(row.group(4))));
    }
    return new Rooms(rooms);
  }

  private static Set<String> names(String cell) {
    return NAME.matcher(cell)
        .results()
        .map(r -> r.group(1))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /// The arrows as a Mermaid diagram, a box for each wing. What a room reaches through another that
  /// it knows has no arrow of its own: 40 lines show more than 90.
  String diagram() {
    List<String> lines = new ArrayList<>(List.of("```mermaid", "flowchart TD"));
    for (String wing : List.of("cli", "server", "engine")) {
      lines.add("  subgraph " + wing + "s[" + wing + "]");
      of(wing).forEach(room -> lines.add("    " + room.name()));
      lines.add("  end");
    }
    byName.values().stream().flatMap(this::arrows).forEach(lines::add);
    lines.add("```");
    return String.join("\n", lines);
  }

  private Stream<Room> of(String wing) {
    return byName.values().stream().filter(room -> room.wing().equals(wing));
  }

  private Stream<String> arrows(Room room) {
    return room.knows().stream()
        .filter(to -> room.knows().stream().noneMatch(over -> reaches(over, to)))
        .map(to -> "  " + room.name() + " --> " + to);
  }

  private boolean reaches(String from, String to) {
    Room room = byName.get(from);
    return room != null
        && (room.knows().contains(to) || room.knows().stream().anyMatch(over -> reaches(over, to)));
  }
}
