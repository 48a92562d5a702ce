package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The packaged program as a process of its own.
class CliIT {
  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final Path MODEL = HOME.resolve("src/main/models/qwen-image-pocket");
  private static final long LONGEST_SECONDS = 120;

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void drawsAPicture() throws Exception {
    Path file = folder.resolve("apple.png");

    var process =
        run(
            "generate",
            "--prompt",
            "a red apple",
            "--model-path",
            MODEL.toString(),
            "--num-inference-steps",
            "2",
            "--output",
            file.toString());

    assertThat(exit(process)).as(err()).isZero();
    assertThat(Files.readString(folder.resolve("out"))).isEqualTo(file + "\n");
    assertThat(deviation(file)).isGreaterThan(10);
  }

  @Test
  @DisabledIf("io.inkstream.cli.commands.Program#isNative")
  void launcherWorksFromAnotherFolderAndThroughALink() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("ink"), HOME.resolve("inkstream"));

    var process =
        start(
            List.of(
                link.toString(),
                "generate",
                "--prompt",
                "a panda",
                "--quiet",
                "--size",
                "128x128",
                "--num-inference-steps",
                "2",
                "--output",
                "panda.png"));

    assertThat(exit(process)).as(err()).isZero();
    assertThat(folder.resolve("panda.png")).isNotEmptyFile();
  }

  @Test
  @DisabledIf("io.inkstream.cli.commands.Program#isNative")
  void theAheadOfTimeCacheHoldsTheCommandLinesLibraryToo() throws Exception {
    assumeTrue(Files.exists(HOME.resolve("target/quarkus-app/inkstream.aot")), "built without it");
    Path log = folder.resolve("classes.log");
    String options = "-Xlog:class+load:file=" + log + ":none";

    var process = start(Program.command("--version"), Map.of("INKSTREAM_JAVA_OPTS", options));

    assertThat(exit(process)).as(err()).isZero();
    assertThat(Files.readAllLines(log)).contains("picocli.CommandLine source: shared objects file");
  }

  @ParameterizedTest
  @CsvSource({"INT,130,2", "TERM,143,15"})
  void aSignalEndsTheWorkWithinAStepAndLeavesNoFile(String signal, int code, int number)
      throws Exception {
    // Given
    var process =
        run(
            "generate",
            "--prompt",
            "a panda",
            "--model-path",
            MODEL.toString(),
            "--num-inference-steps",
            "1000",
            "--output",
            folder.resolve("never/panda.png").toString());
    awaitInErr(process, "step 1/1000");
    assumeFalse(ignores(process, number), "a parent process had this signal ignored");

    // When
    new ProcessBuilder("kill", "-" + signal, String.valueOf(process.pid())).start().waitFor();

    // Then
    assertThat(exit(process)).as(err()).isEqualTo(code);
    assertThat(err()).endsWith("inkstream: cancelled\n");
    assertThat(folder.resolve("never")).isEmptyDirectory();
    assertThat(Files.readString(folder.resolve("out"))).isEmpty();
  }

  @Test
  @EnabledIf("io.inkstream.cli.commands.Program#isNative")
  void theNativeExecutableRefusesACardInOneLine() throws Exception {
    var process =
        run(
            "generate",
            "--prompt",
            "a panda",
            "--model-path",
            MODEL.toString(),
            "--device",
            "cuda");

    assertThat(exit(process)).isEqualTo(5);
    assertThat(err())
        .endsWith(
            "inkstream: device is cuda, must be cpu, openvino, tensorrt or coreml: C cannot call"
                + " back into a native executable\n");
  }

  /// ONNX Runtime would read the command line, as deep as it is long.
  @Test
  void aPromptOfThousandsOfLettersOnTheCommandLineIsDrawn() throws Exception {
    var process =
        run(
            "generate",
            "--prompt",
            "a red apple ".repeat(2000),
            "--num-inference-steps",
            "1",
            "--output",
            folder.resolve("long.png").toString(),
            "--model-path",
            MODEL.toString());

    assertThat(exit(process)).as(err()).isZero();
    assertThat(folder.resolve("long.png")).isNotEmptyFile();
  }

  @Test
  void aMissingModelIsOneLineAndExitCode4() throws Exception {
    var process = run("generate", "--prompt", "x", "--model-path", "/no/such/model");

    assertThat(exit(process)).isEqualTo(4);
    assertThat(err().lines()).hasSize(1);
    assertThat(err()).contains("/no/such/model");
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate --prompt x", "serve --port 0"})
  void aFlagBeatsAVariableWhichBeatsTheNamedFileWhichBeatsTheUsualOne(String command)
      throws Exception {
    // Given: each says something else that is wrong
    Files.createDirectory(folder.resolve("config"));
    String usual = "inkstream.weights=usual\n";
    Files.writeString(folder.resolve("config/application.properties"), usual);
    Files.writeString(folder.resolve("mine.properties"), "inkstream.weights=mine\n");
    String variable = "inkstream.weights (INKSTREAM_WEIGHTS)";

    // Then
    refuses(command, Map.of(), 3, variable + " is 'usual'");
    refuses(command + " --config mine.properties", Map.of(), 3, variable + " is 'mine'");
    var environment = Map.of("INKSTREAM_WEIGHTS", "variable");
    String both = command + " --config mine.properties";
    refuses(both, environment, 3, variable + " is 'variable'");
    refuses(both + " --weights flag", environment, 2, "--weights is 'flag'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"generate --prompt x", "serve --port 0"})
  void whatCannotRunSaysWhyByItsExitCode(String command) throws Exception {
    refuses(command + " --no-such-flag", Map.of(), 2, "Unknown option");
    refuses(command, Map.of("SGLANG_CACHE_DIT_SECONDARY_FN", "0"), 3, "must be 1 or more");
    refuses(command, Map.of("INKSTREAM_MODEL_PATH", "/no/such/model"), 4, "/no/such/model");
    String empty = Files.createDirectories(folder.resolve("empty")).toString();
    refuses(command + " --device cuda --onnxruntime-library " + empty, Map.of(), 5, "cuda", empty);
  }

  private void refuses(String command, Map<String, String> environment, int code, String... words)
      throws Exception {
    var process = start(Program.command(command.split(" ")), environment);
    assertThat(exit(process)).as(err()).isEqualTo(code);
    assertThat(err().lines().toList().getLast()).containsAnyOf(words);
  }

  private Process run(String... words) throws IOException {
    return start(Program.command(words));
  }

  private Process start(List<String> command) throws IOException {
    return start(command, Map.of());
  }

  private Process start(List<String> command, Map<String, String> environment) throws IOException {
    var builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(environment);
    var process = builder.start();
    started.add(process);
    return process;
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("ends in time").isTrue();
    return process.exitValue();
  }

  private String err() throws IOException {
    return Files.readString(folder.resolve("err"));
  }

  private void awaitInErr(Process process, String text) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LONGEST_SECONDS);
    while (!err().contains(text)) {
      assertThat(process.isAlive() && System.nanoTime() < end).as(err()).isTrue();
      Thread.sleep(20);
    }
  }

  /// Whether the process was born with that signal ignored, as jobs in the background of a script
  /// are; only Linux tells.
  private static boolean ignores(Process process, int number) throws IOException {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .map(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
        .anyMatch(ignored -> (ignored >> (number - 1) & 1) == 1);
  }

  /// The standard deviation of a picture's green, in levels; a blank picture has none.
  private static double deviation(Path file) throws IOException {
    var image = ImageIO.read(file.toFile());
    assertThat(image.getWidth()).isEqualTo(256);
    assertThat(image.getHeight()).isEqualTo(256);
    var green =
        IntStream.range(0, 256 * 256)
            .map(i -> image.getRGB(i % 256, i / 256) >> 8 & 0xff)
            .summaryStatistics();
    double squares =
        IntStream.range(0, 256 * 256)
            .mapToDouble(i -> (image.getRGB(i % 256, i / 256) >> 8 & 0xff) - green.getAverage())
            .map(difference -> difference * difference)
            .average()
            .orElse(0);
    return Math.sqrt(squares);
  }
}
