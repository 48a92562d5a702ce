package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.cli.commands.Cookbook.Command;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The servers of SGLang's cookbook page, as printed there with another word for `sglang` and the
/// model that comes along: each starts, or is refused with the reason.
class CookbookIT {
  private static final Path MODEL = Path.of("src/main/models/qwen-image-pocket").toAbsolutePath();
  private static final Set<String> REFUSED =
      Set.of(
          "--num-gpus",
          "--tp-size",
          "--sp-degree",
          "--ulysses-degree",
          "--ring-degree",
          "--pin-cpu-memory");

  @TempDir private Path folder;
  private Optional<Process> started = Optional.empty();

  static List<Command> servers() throws IOException {
    return Cookbook.commands().stream().filter(command -> command.isOf("serve")).toList();
  }

  @AfterEach
  void end() {
    started.ifPresent(Process::destroyForcibly);
  }

  @ParameterizedTest
  @MethodSource("servers")
  void eachServerStartsOrIsRefusedWithTheReason(Command command) throws Exception {
    Process server = start(command);
    Optional<String> ready = ready(server.inputReader());
    String errors = Files.readString(folder.resolve("err"));

    Optional<String> refused = refused(command);
    if (refused.isPresent()) {
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).as(errors).isBetween(2, 4);
      assertThat(errors).startsWith("inkstream: ").contains(refused.get()).hasLineCount(1);
    } else {
      assertThat(ready).as(errors).isPresent();
      server.toHandle().destroy(); // the process itself would close what it prints to
      assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
      assertThat(server.exitValue()).isZero();
    }
  }

  /// The flag that is refused as the page has it; a path that is nowhere is named itself.
  private static Optional<String> refused(Command command) {
    if (command.words().contains("--vae-path")) {
      return Optional.of(command.words().getLast());
    }
    return command.words().stream().filter(REFUSED::contains).findFirst();
  }

  private Process start(Command command) throws IOException {
    List<String> words = new ArrayList<>(command.wordsWithModel(MODEL));
    int port = words.indexOf("30000");
    if (port < 0) {
      words.addAll(List.of("--port", "30000"));
      port = words.size() - 1;
    }
    words.set(port, String.valueOf(freePort()));
    var builder =
        new ProcessBuilder(Program.command(words.toArray(String[]::new)))
            .directory(folder.toFile())
            .redirectError(folder.resolve("err").toFile());
    builder.environment().putAll(command.variables());
    builder.environment().put("HF_HUB_OFFLINE", "1");
    started = Optional.of(builder.start());
    return started.get();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /// The line that says so; none: it ended before.
  private static Optional<String> ready(BufferedReader lines) {
    return lines.lines().filter(line -> line.contains("Inkstream is ready: ")).findFirst();
  }
}
