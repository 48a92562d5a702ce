package io.inkstream.engine.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/// What the control groups of a process leave it of memory: a container's limit, a service's, and
/// those that they are in, of version 2 and of version 1.
///
/// @param root where control groups are mounted, `/sys/fs/cgroup`
/// @param membership which the process is in, `/proc/self/cgroup`
record ContainerMemory(Path root, Path membership) {
  static final ContainerMemory OF_PROCESS =
      new ContainerMemory(Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"));

  /// How a version calls its files.
  ///
  /// @param folder below the root
  /// @param stat the line prefix in `memory.stat` of a whole subtree
  private record Version(String folder, String limit, String used, String stat) {}

  private static final Version FIRST =
      new Version("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_");
  private static final Version SECOND = new Version("", "memory.max", "memory.current", "");

  /// Bytes; [Long#MAX_VALUE] without a limit.
  long available() {
    try (var lines = Files.lines(membership)) {
      return lines.mapToLong(this::available).min().orElse(Long.MAX_VALUE);
    } catch (IOException e) {
      return Long.MAX_VALUE; // not Linux
    }
  }

  /// @param line `4:memory:/a/b` of version 1, `0::/a/b` of version 2
  private long available(String line) {
    String[] parts = line.split(":", 3);
    if (parts.length == 3 && parts[1].isEmpty()) {
      return available(SECOND, Path.of(parts[2]));
    }
    return parts.length == 3 && Stream.of(parts[1].split(",")).anyMatch("memory"::equals)
        ? available(FIRST, Path.of(parts[2]))
        : Long.MAX_VALUE;
  }

  /// The least of the group's and of those around it. In a container, its own group is the root.
  private long available(Version version, Path group) {
    Path top = root.resolve(version.folder());
    return Stream.iterate(group, path -> path != null, Path::getParent)
        .map(path -> top.resolve(path.getRoot().relativize(path)))
        .mapToLong(folder -> left(version, folder))
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /// The limit less what is used, page cache that can be dropped not counted as used.
  private static long left(Version version, Path folder) {
    try {
      String most = Files.readString(folder.resolve(version.limit())).strip();
      if (most.equals("max")) {
        return Long.MAX_VALUE;
      }
      long used = Long.parseLong(Files.readString(folder.resolve(version.used())).strip());
      return Math.max(0, Long.parseLong(most) - used + droppable(version, folder));
    } catch (IOException | NumberFormatException e) {
      return Long.MAX_VALUE; // not there, or not this process's to see
    }
  }

  private static long droppable(Version version, Path folder) throws IOException {
    try (var lines = Files.lines(folder.resolve("memory.stat"))) {
      return lines
          .filter(line ->
              line.startsWith(version.stat() + "inactive_file ")
                  || line.startsWith(version.stat() + "active_file "))
          .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)))
          .sum();
    }
  }
}
