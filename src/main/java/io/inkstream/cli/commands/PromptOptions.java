package io.inkstream.cli.commands;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.engine.request.InvalidRequestException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What to draw.
final class PromptOptions {
  private static final int LARGEST = 4 << 20;

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
      description = "A text file, 4 MiB or less, with one prompt a line; empty lines are skipped.")
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
    try {
      var prompts = text(file).lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
      if (prompts.isEmpty()) {
        throw new InvalidRequestException(
            "prompt_path", "prompt_path is " + file + ", has no prompt");
      }
      return prompts;
    } catch (CharacterCodingException e) {
      throw new InvalidRequestException(
          "prompt_path", "prompt_path is " + file + ", must be a text file in UTF-8");
    }
  }

  /// All of it; a file may be a device that never ends.
  private static String text(Path file) throws IOException {
    try (var content = Files.newInputStream(file)) {
      byte[] bytes = content.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw new InvalidRequestException(
            "prompt_path", "prompt_path is " + file + ", must be a text file of 4 MiB or less");
      }
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    }
  }
}
