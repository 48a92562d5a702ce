package io.inkstream.cli.commands;

import io.inkstream.engine.request.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The files of a command's pictures.
///
/// @param folder of files that get their names from prompt and seed
/// @param file named by the user: exactly this for one picture, else with `_0`, `_1`, … before its
///   extension
/// @param pictures how many there will be
/// @param extension of names that have none of their own
record PictureNames(Path folder, @Nullable Path file, int pictures, String extension) {
  private static final int LONGEST_STEM = 60;

  /// Picture `index`, counted from 0.
  PictureFile of(int index, String prompt, long seed) {
    if (file == null) {
      return new PictureFile(folder.resolve(stem(prompt, seed) + "." + extension), false);
    }
    return new PictureFile(pictures == 1 ? file : numbered(file, "_" + index), true);
  }

  /// Makes the folder, and sees that it can be written to, before hours are spent on a picture.
  void prepare() throws IOException {
    Path parent =
        Optional.ofNullable(file).map(Path::toAbsolutePath).map(Path::getParent).orElse(folder);
    if (file != null && Files.exists(file) && !Files.isRegularFile(file)) {
      throw new InvalidRequestException("output", "output is " + file + ", must be a file");
    }
    if (Files.exists(parent) && !Files.isDirectory(parent)) {
      throw new InvalidRequestException(
          "output", "output is in " + parent + ", must be in a folder");
    }
    Files.createDirectories(parent);
    try {
      Files.delete(Files.createTempFile(parent, ".inkstream", ".part"));
    } catch (IOException e) {
      throw new IOException(parent + ": no file can be written to this folder", e);
    }
  }

  /// What follows the last dot of the last name, or nothing.
  static String extension(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? "" : name.substring(dot + 1);
  }

  /// `folder/apple.png` and `_1` make `folder/apple_1.png`.
  static Path numbered(Path file, String number) {
    String name = String.valueOf(file.getFileName());
    String extension = extension(name);
    String end = extension.isEmpty() ? "" : "." + extension;
    return file.resolveSibling(name.substring(0, name.length() - end.length()) + number + end);
  }

  /// Letters and digits of the prompt with hyphens between, then the seed.
  private static String stem(String prompt, long seed) {
    StringBuilder stem = new StringBuilder();
    prompt
        .toLowerCase(Locale.ROOT)
        .codePoints()
        .map(c -> Character.isLetterOrDigit(c) ? c : '-')
        .filter(c -> c != '-' || !endsInHyphen(stem))
        .takeWhile(c -> stem.length() < LONGEST_STEM)
        .forEachOrdered(stem::appendCodePoint);
    if (!endsInHyphen(stem)) {
      stem.append('-');
    }
    return stem.isEmpty() ? "picture-" + seed : stem.append(seed).toString();
  }

  private static boolean endsInHyphen(CharSequence stem) {
    return stem.isEmpty() || stem.charAt(stem.length() - 1) == '-';
  }
}
