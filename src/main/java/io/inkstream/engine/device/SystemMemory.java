package io.inkstream.engine.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/// The memory that this process may still take, in bytes.
public final class SystemMemory {
  private static final Path MEMINFO = Path.of("/proc/meminfo");
  private static final Path STATUS = Path.of("/proc/self/status");

  private SystemMemory() {}

  /// What the system or the container still has; empty where neither says.
  public static OptionalLong available() {
    long system = system();
    long container = ContainerMemory.OF_PROCESS.available();
    long least = Math.min(system, container);
    return least == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(least);
  }

  /// The most that this process has had in memory at once, mapped files included; empty where the
  /// system does not say.
  public static OptionalLong peakResident() {
    return kilobytes(STATUS, "VmHWM:");
  }

  /// What this process has in memory now, mapped files not included; empty where the system does
  /// not say.
  public static OptionalLong resident() {
    return kilobytes(STATUS, "RssAnon:");
  }

  private static long system() {
    return kilobytes(MEMINFO, "MemAvailable:").orElse(Long.MAX_VALUE);
  }

  private static OptionalLong kilobytes(Path file, String name) {
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst();
    } catch (IOException | RuntimeException e) {
      return OptionalLong.empty(); // not Linux: unknown
    }
  }
}
