package io.inkstream.engine.description;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The folder of an export: new, empty, or that of an earlier export, known by the list of its
/// files in `inkstream-export.txt`. Nothing outside that list is ever overwritten or deleted.
final class ExportFolder {
  private static final String LIST = "inkstream-export.txt";
  private static final Pattern LISTED = Pattern.compile("(transformer|text_encoder|vae)/([^/]+)");

  private final Path folder;
  private final List<String> written = new ArrayList<>();

  private ExportFolder(Path folder) {
    this.folder = folder;
  }

  /// Creates the folder, or clears an earlier export away.
  ///
  /// @param given may have symbolic links on its way
  /// @param sources folders that must stay as they are
  /// @throws ExportException if it holds anything else, or overlaps a source
  static ExportFolder open(Path given, List<Path> sources) throws IOException {
    Path real = real(given);
    for (Path source : sources) {
      if (real.startsWith(source) || source.startsWith(real)) {
        throw refused(
            given, "overlaps the model's own folder " + source + ", must be apart from it");
      }
    }
    if (Files.exists(real) && !Files.isDirectory(real)) {
      throw refused(given, "is a file, must be a folder");
    }
    Files.createDirectories(real);
    var folder = new ExportFolder(real);
    folder.clear(given);
    return folder;
  }

  /// The path without symbolic links; what does not exist yet has none.
  private static Path real(Path given) throws IOException {
    Path path = given.toAbsolutePath();
    Path parent = path.getParent();
    if (Files.exists(path) || parent == null) {
      return path.toRealPath();
    }
    return real(parent).resolve(path.getFileName().toString()).normalize();
  }

  private static boolean holdsList(Path folder) {
    return Files.isRegularFile(folder.resolve(LIST), LinkOption.NOFOLLOW_LINKS);
  }

  private void clear(Path given) throws IOException {
    if (holdsList(folder)) {
      for (String line : Files.readAllLines(folder.resolve(LIST))) {
        Matcher listed = LISTED.matcher(line);
        if (listed.matches()) {
          Files.deleteIfExists(part(listed.group(1)).resolve(listed.group(2)));
        }
      }
      Files.delete(folder.resolve(LIST));
      return;
    }
    try (var entries = Files.list(folder)) {
      if (entries.findAny().isPresent()) {
        throw refused(given, "is not empty, must be new, empty or an earlier export");
      }
    }
  }

  /// A part's folder that is a link would lead into somebody else's files.
  private Path part(String name) {
    Path part = folder.resolve(name);
    if (Files.isSymbolicLink(part)) {
      throw refused(part, "is a symbolic link, must be a folder");
    }
    return part;
  }

  /// Where the part's file of that name goes. It is listed first, so that an export that was cut
  /// short can be repeated.
  Path add(String part, String name) throws IOException {
    Path place = Files.createDirectories(part(part)).resolve(name);
    written.add(part + "/" + name);
    Files.write(folder.resolve(LIST), lines());
    return place;
  }

  private List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add("Files of this export; the next one into this folder replaces them:");
    lines.addAll(written);
    return lines;
  }

  private static ExportException refused(Path given, String why) {
    return new ExportException("output is " + given + ": it " + why);
  }
}
