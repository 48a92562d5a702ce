package io.inkstream.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The packaged server as its users start it, and the real OpenAI client of Python.
class ServeIT {
  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final Pattern READY = Pattern.compile("Inkstream is ready: (\\S+) .*");
  private static final long LONGEST_SECONDS = 120;

  @TempDir private Path folder;
  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void theCookbooksScriptDrawsAndAStopIsInOrder() throws Exception {
    String python = System.getenv().getOrDefault("INKSTREAM_PYTHON", "");
    assumeFalse(
        python.isEmpty(), "INKSTREAM_PYTHON names no Python with src/test/python's packages");

    // Given
    Process server = serve();
    String url = awaitReady(server);
    Path picture = folder.resolve("logo.png");

    // When
    Process client =
        start(
            python,
            HOME.resolve("src/test/python/openai_cookbook.py").toString(),
            url,
            "qwen-image-pocket",
            picture.toString());

    // Then
    assertThat(exit(client)).as(Files.readString(folder.resolve("err"))).isZero();
    assertThat(picture).isNotEmptyFile();
    server.destroy();
    assertThat(exit(server)).isEqualTo(143);
  }

  @Test
  void aDamagedModelEndsTheServerWithOneLine() throws Exception {
    Files.writeString(
        folder.resolve("model_index.json"), "{\"_class_name\": \"QwenImage21Pipeline\"}");

    Process server = serve("--model-path", folder.toString());

    assertThat(exit(server)).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("err")).lines())
        .singleElement()
        .asString()
        .contains("is a QwenImage21Pipeline");
  }

  private Process serve(String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of(HOME.resolve("inkstream").toString(), "serve", "--port", "0"));
    command.addAll(List.of(words));
    return start(command.toArray(String[]::new));
  }

  private Process start(String... command) throws IOException {
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectError(folder.resolve("err").toFile())
            .start();
    started.add(process);
    return process;
  }

  private static String awaitReady(Process server) throws IOException {
    BufferedReader lines = server.inputReader();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.matches()) {
        return ready.group(1);
      }
    }
    throw new IOException("the server ended before it was ready");
  }

  private static int exit(Process process) throws InterruptedException {
    assertThat(process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)).as("ends in time").isTrue();
    return process.exitValue();
  }
}
