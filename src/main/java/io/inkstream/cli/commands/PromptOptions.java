package io.inkstream.cli.commands;

import io.inkstream.engine.pipeline.InvalidRequestException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What to draw.
final class PromptOptions {
  @Option(
      names = "--prompt",
      paramLabel = "TEXT",
      arity = "1..*",
      preprocessor = PromptValues.class,
      description =
          "What to draw. Several texts, or the option repeated: a picture of each. A text that"
              + " begins with a hyphen needs --prompt=TEXT.")
  private @Nullable List<String> prompts;

  @Option(
      names = "--prompt-path",
      paramLabel = "FILE",
      description = "A text file with one prompt a line; empty lines are skipped.")
  private @Nullable Path promptPath;

  /// The prompts of the command line, then those of the file.
  List<String> all() throws IOException {
    List<String> all = new ArrayList<>(prompts == null ? List.of() : prompts);
    if (promptPath != null) {
      all.addAll(lines(promptPath));
    }
    if (all.isEmpty()) {
      throw new InvalidRequestException("prompt", "prompt is missing, must be one text or more");
    }
    return all;
  }

  private static List<String> lines(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      var prompts = lines.map(String::strip).filter(line -> !line.isEmpty()).toList();
      if (prompts.isEmpty()) {
        throw new InvalidRequestException(
            "prompt_path", "prompt_path is " + file + ", has no prompt");
      }
      return prompts;
    } catch (UncheckedIOException e) {
      throw new InvalidRequestException(
          "prompt_path", "prompt_path is " + file + ", must be a text file in UTF-8");
    }
  }
}
