package io.inkstream.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.cli.doctor.Finding.Level;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Given;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Each fault is provoked.
class DoctorTest {
  private static final LocalDate RELEASED = LocalDate.parse("2025-09-16");

  @TempDir Path dir;
  private final Map<String, String> properties = new HashMap<>();

  @BeforeEach
  void healthy() {
    properties.put("inkstream.model-path", Path.of("src/test/resources/goldens/tiny").toString());
    properties.put("inkstream.output-path", dir.resolve("pictures").toString());
    properties.put("quarkus.http.port", "0");
  }

  private List<Finding> findings() {
    return new Doctor(Given.properties(properties)).findings();
  }

  private void assertFault(String what, String... parts) {
    assertThat(findings())
        .filteredOn(one -> one.level() == Level.FAULT)
        .singleElement()
        .satisfies(one -> assertThat(one.what()).isEqualTo(what))
        .satisfies(one -> assertThat(one.toString()).contains(parts).doesNotContain("\n"));
  }

  @Test
  void whatWorksHasNoFault() {
    assertThat(findings())
        .noneMatch(one -> one.level() == Level.FAULT)
        .extracting(Finding::what)
        .contains("java", "processor", "container", "heap", "clock", "settings", "port", "pictures")
        .contains("cache", "hub cache", "device", "model", "memory");
  }

  @Test
  void aWrongSettingIsAFault() {
    properties.put("inkstream.threads", "many");
    assertFault("settings", "inkstream.threads", "many");
  }

  @Test
  void aWrongSettingHidesNothingElse() {
    properties.put("inkstream.job-store", "redis");
    assertFault("settings", "QUARKUS_REDIS_HOSTS");
    assertThat(findings()).extracting(Finding::what).contains("port", "pictures", "model");
  }

  @Test
  void nothingIsLeftBehind() {
    findings();
    assertThat(dir).isEmptyDirectory();
  }

  @Test
  void theCardsDriverSaysWhoItIs() throws IOException {
    String version =
        """
        NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Thu Jan 23 06:21:50 UTC 2025
        GCC version:  gcc version 13.3.0
        """;
    Path driver = Files.writeString(dir.resolve("version"), version);
    var engine = EngineSettings.from(Given.properties(properties));
    assertThat(new ModelChecks(engine, List.of(), driver).findings())
        .extracting(Finding::toString)
        .contains(
            "ok       driver: NVIDIA UNIX x86_64 Kernel Module 570.86.15 Thu Jan 23 06:21:50 UTC"
                + " 2025")
        .anyMatch(line -> line.startsWith("warning  device:") && line.contains("--device cuda"));
  }

  @Test
  void aModelThatIsNotThereIsAFault() {
    properties.put("inkstream.model-path", dir.resolve("nothing").toString());
    assertFault("model", "nothing", "--model-path");
  }

  @Test
  void aDamagedHeaderIsAFault() throws IOException {
    Path model = copied();
    Path file = model.resolve("vae/diffusion_pytorch_model.safetensors");
    Files.write(file, new byte[] {1, 2, 3});
    properties.put("inkstream.model-path", model.toString());
    assertFault("model", "diffusion_pytorch_model.safetensors");
  }

  private Path copied() throws IOException {
    Path from = Path.of("src/test/resources/goldens/tiny");
    Path to = dir.resolve("model");
    try (Stream<Path> all = Files.walk(from)) {
      for (Path path : all.toList()) {
        Path copy = to.resolve(from.relativize(path).toString());
        if (Files.isDirectory(path)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(path, copy);
        }
      }
    }
    return to;
  }

  @Test
  void anAdapterThatIsNotThereIsAFault() {
    properties.put("inkstream.lora-path", dir.resolve("x.safetensors").toString());
    assertFault("adapter x", "x.safetensors", "--lora-path");
  }

  @Test
  void aPortThatIsTakenIsAFault() throws IOException {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      properties.put("quarkus.http.port", String.valueOf(taken.getLocalPort()));
      assertFault("port", "127.0.0.1:" + taken.getLocalPort(), "--port");
    }
  }

  @Test
  void aFolderThatCannotBeWrittenIsAFault() throws IOException {
    Path file = Files.writeString(dir.resolve("file"), "");
    properties.put("inkstream.output-path", file.resolve("below").toString());
    assertFault("pictures", "cannot be written");
  }

  @Test
  void aRedisThatIsNotThereIsAFault() throws IOException {
    int free;
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      free = socket.getLocalPort();
    }
    properties.put("inkstream.job-store", "redis");
    properties.put("quarkus.redis.hosts", "redis://127.0.0.1:" + free);
    assertFault("redis", "does not answer at 127.0.0.1:" + free);
  }

  @Test
  void whatAnswersAsNoRedisIsAFault() throws IOException {
    try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread.ofVirtual()
          .start(() -> {
            try (var socket = other.accept()) {
              socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes());
              socket.shutdownOutput();
              var _ = socket.getInputStream().readAllBytes();
            } catch (IOException e) {
              // hung up
            }
          });
      var finding = new RedisCheck("redis://127.0.0.1:" + other.getLocalPort()).finding();
      assertThat(finding.toString()).startsWith("fault").contains("answers as no Redis does");
    }
  }

  @Test
  void memoryIsWhatTheWeightsTakeWhereTheyAreSaidToLie() {
    assertThat(found("memory")).startsWith("ok").contains("4.9 MB of weights in memory, ");

    properties.put("inkstream.performance-mode", "memory");
    assertThat(found("memory")).startsWith("ok").contains(" 0 bytes of weights in memory, ");
  }

  @Test
  void aDeviceThatIsTooSmallIsAFaultByWhatItWouldNeed() {
    properties.put("inkstream.device", "emulated:77");
    assertThat(found("device")).contains(" on emulated:77: emulated on the processor, ");
    assertThat(found("memory"))
        .startsWith("ok")
        .contains(", 10 of 10 blocks stay and the text encoder");

    properties.put("inkstream.device", "emulated:78");
    properties.put("inkstream.device-memory", "100M");
    assertThat(found("memory")).startsWith("fault").contains("device-memory is 104.9 MB, must be ");
  }

  private String found(String what) {
    return findings().stream()
        .filter(one -> one.what().equals(what))
        .map(Finding::toString)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aProviderWithoutItsLibrariesIsAFaultThatNamesItsDocument() {
    properties.put("inkstream.device", "openvino");
    properties.put("inkstream.onnxruntime-library", dir.toString());

    assertThat(found("device"))
        .startsWith("fault")
        .contains(dir.toString())
        .endsWith("docs/providers.md says what it needs");
  }

  @Test
  void aCardWithoutItsLibrariesIsAFault() {
    properties.put("inkstream.device", "cuda");
    properties.put("inkstream.onnxruntime-library", dir.toString());
    assertThat(findings())
        .anySatisfy(one -> {
          assertThat(one.what()).isEqualTo("device");
          assertThat(one.level()).isEqualTo(Level.FAULT);
        });
  }

  @Test
  void aClockBeforeThisJavaIsAFault() {
    var checks = host(Instant.parse("1970-01-02T00:00:00Z"), dir.resolve("none"));
    assertThat(checks.clockIsRight().toString()).startsWith("fault").contains("1970-01-02");
  }

  @Test
  void anOldProcessorAndAnotherJavaAreWarnings() throws IOException {
    Path cpu = Files.writeString(dir.resolve("cpu"), "processor : 0\nflags : fpu sse2\n");
    var checks = host(Instant.now(), cpu);
    if (System.getProperty("os.arch").equals("amd64")) {
      assertThat(checks.processor().toString()).startsWith("warning").contains("AVX2");
    }
    var other = new HostChecks(Runtime.Version.parse("26-ea"), RELEASED, cpu, Instant::now);
    assertThat(other.java25().toString()).startsWith("warning").contains("26-ea");
  }

  private static HostChecks host(Instant now, Path cpu) {
    return new HostChecks(Runtime.version(), RELEASED, cpu, () -> now);
  }
}
