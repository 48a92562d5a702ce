package io.inkstream.cli.commands;

import io.inkstream.engine.model.DefaultModel;
import io.inkstream.server.config.SettingSources;
import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `inkstream rehearse`: everything once, at the smallest size. The build runs it so that the Java
/// machine learns for its ahead-of-time cache which classes and methods a start needs.
@Command(
    name = "rehearse",
    hidden = true,
    description = "Draws and serves once, with the pocket model, and ends: for the build.")
final class RehearseCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Path folder = Files.createTempDirectory("inkstream-rehearsal");
    try {
      int code = generate(folder);
      return code == 0 ? serve() : code;
    } finally {
      delete(folder);
    }
  }

  private static int generate(Path folder) {
    return InkstreamCommand.run(
        "generate",
        "--quiet",
        "--model-path",
        model(),
        "--prompt",
        "a red apple",
        "--size",
        "64x64",
        "--num-inference-steps",
        "2",
        "--output",
        folder.resolve("apple.png").toString());
  }

  private int serve() {
    var given =
        Map.of(
            "inkstream.model-path", model(),
            "quarkus.http.host", "127.0.0.1",
            "quarkus.http.port", "0");
    new SettingSources(given, Optional.empty()).announce();
    int[] code = {0};
    Quarkus.run(
        Rehearsal.class,
        (exitCode, failure) -> {
          code[0] = failure == null ? exitCode : 1;
          if (failure != null) {
            failure.printStackTrace(spec.commandLine().getErr());
          }
        });
    return code[0];
  }

  private static String model() {
    return DefaultModel.resolve(Optional.empty()).toString();
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      for (Path file : List.copyOf(files.toList())) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
