package io.inkstream.cli.doctor;

import io.inkstream.engine.device.Amount;
import io.inkstream.engine.device.SystemMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Looks at the machine.
///
/// @param java what runs this
/// @param released when that came out
/// @param cpuinfo `/proc/cpuinfo`
record HostChecks(Runtime.Version java, LocalDate released, Path cpuinfo, InstantSource clock) {
  private static final int WANTED = 25;
  private static final List<String> TOLD =
      List.of("avx2", "f16c", "avx512f", "avx512_bf16", "amx_bf16", "asimd", "bf16", "i8mm", "sve");
  private static final long SMALL_HEAP = 256L << 20;

  static HostChecks ofThisProcess() {
    return new HostChecks(
        Runtime.version(),
        LocalDate.parse(System.getProperty("java.version.date", "2025-09-16")),
        Path.of("/proc/cpuinfo"),
        InstantSource.system());
  }

  Stream<Finding> findings() {
    return Stream.of(java25(), processor(), container(), heap(), clockIsRight());
  }

  Finding java25() {
    String found = System.getProperty("java.vm.name", "") + " " + java;
    return java.feature() == WANTED && java.pre().isEmpty()
        ? Finding.ok("java", found)
        : Finding.warning("java", found, "it is tested with a released JDK " + WANTED);
  }

  Finding processor() {
    String arch = System.getProperty("os.arch", "");
    Set<String> features = features();
    String told = TOLD.stream().filter(features::contains).collect(Collectors.joining(" "));
    String found = arch + (told.isEmpty() ? "" : ", " + told);
    boolean slow = arch.equals("amd64") && !features.isEmpty() && !features.contains("avx2");
    return slow
        ? Finding.warning("processor", found, "without AVX2 it draws several times slower")
        : Finding.ok("processor", found);
  }

  private Set<String> features() {
    try (Stream<String> lines = Files.lines(cpuinfo)) {
      return lines
          .filter(line -> line.startsWith("flags") || line.startsWith("Features"))
          .findFirst()
          .map(line -> Set.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")))
          .orElse(Set.of());
    } catch (IOException | IllegalArgumentException e) {
      return Set.of(); // not Linux: unknown
    }
  }

  private Finding container() {
    int here = Runtime.getRuntime().availableProcessors();
    long machine = processors();
    String memory =
        SystemMemory.available().isPresent()
            ? Amount.bytes(SystemMemory.available().getAsLong()) + " of memory free"
            : "memory unknown";
    return machine > here
        ? Finding.warning(
            "container",
            "%d of the machine's %d processors, %s".formatted(here, machine, memory),
            "the container's limit of processors is what a picture takes its time for")
        : Finding.ok("container", "%d processors, %s".formatted(here, memory));
  }

  private long processors() {
    try (Stream<String> lines = Files.lines(cpuinfo)) {
      return lines.filter(line -> line.startsWith("processor")).count();
    } catch (IOException e) {
      return 0; // not Linux: unknown
    }
  }

  private static Finding heap() {
    long most = Runtime.getRuntime().maxMemory();
    return most < SMALL_HEAP
        ? Finding.warning(
            "heap", Amount.bytes(most), "large pictures need more: INKSTREAM_JAVA_OPTS=-Xmx1g")
        : Finding.ok("heap", "up to " + Amount.bytes(most));
  }

  Finding clockIsRight() {
    Instant now = clock.instant();
    return now.isBefore(released.atStartOfDay(ZoneOffset.UTC).toInstant())
        ? Finding.fault(
            "clock",
            now + " is before this Java came out",
            "set it: certificates, links and webhooks' signatures fail")
        : Finding.ok("clock", String.format(Locale.ROOT, "%s", now));
  }
}
