package io.inkstream.cli.commands;

import io.inkstream.engine.request.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A text file with one prompt a line, as `--prompts` names it.
final class PromptFile {
  private PromptFile() {}

  /// Its prompts, or others where none is named.
  ///
  /// @throws InvalidRequestException if it has none
  static List<String> promptsOr(@Nullable Path file, List<String> others) throws IOException {
    if (file == null) {
      return others;
    }
    try (var lines = Files.lines(file)) {
      List<String> prompts = lines.map(String::strip).filter(line -> !line.isEmpty()).toList();
      if (prompts.isEmpty()) {
        throw new InvalidRequestException(
            "prompts", "prompts is " + file + ", an empty file, must have one prompt a line");
      }
      return prompts;
    }
  }
}
