package io.inkstream.cli.commands;

import io.inkstream.engine.snapshot.DefaultModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/// `inkstream rehearse`: everything once, at the smallest size. The build runs it so that the Java
/// machine learns for its ahead-of-time cache which classes and methods a start needs.
@Command(
    name = "rehearse",
    hidden = true,
    description = "Draws and serves once, with the pocket model, and ends: for the build.")
final class RehearseCommand implements Callable<Integer> {
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

  private static int serve() {
    return InkstreamCommand.run(
        "serve",
        ServeCommand.REHEARSAL,
        "--model-path",
        model(),
        "--host",
        "127.0.0.1",
        "--port",
        "0");
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
