package io.inkstream.engine.weights;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What lies on the Hub: `owner/name` of a repository, and perhaps a file in it.
///
/// @param file its path inside, if a file is named
public record HubName(String repository, Optional<String> file) {
  private static final Pattern REPOSITORY = Pattern.compile("\\w[\\w.-]*/\\w[\\w.-]*");
  private static final Pattern FILE =
      Pattern.compile(
          "(\\w[\\w.-]*/\\w[\\w.-]*)/((?:\\w[\\w.-]*/){0,8}\\w[\\w.-]*\\.(?:safetensors|gguf))");

  /// A repository, if a text is the name of one and no path of this disk.
  public static Optional<HubName> ofRepository(String text) {
    return isHere(text)
        ? Optional.empty()
        : Optional.of(text)
            .filter(name -> REPOSITORY.matcher(name).matches())
            .map(name -> new HubName(name, Optional.empty()));
  }

  /// A repository or a file in one, likewise.
  public static Optional<HubName> of(String text) {
    return isHere(text) ? Optional.empty() : ofRepository(text).or(() -> ofFile(text));
  }

  /// A file in a repository, if a text has the form of one.
  static Optional<HubName> ofFile(String text) {
    Matcher file = FILE.matcher(text);
    return file.matches()
        ? Optional.of(new HubName(file.group(1), Optional.of(file.group(2))))
        : Optional.empty();
  }

  /// A path whose first folder is here is meant as one, even if what it leads to is not.
  private static boolean isHere(String text) {
    try {
      Path path = Path.of(text);
      return Files.exists(path)
          || (path.getNameCount() > 2 && Files.isDirectory(path.subpath(0, 1)));
    } catch (InvalidPathException e) {
      return true; // no name either
    }
  }

  @Override
  public String toString() {
    return file.map(inside -> repository + "/" + inside).orElse(repository);
  }
}
