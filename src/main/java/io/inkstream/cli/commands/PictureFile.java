package io.inkstream.cli.commands;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file that is there wholly or not at all.
///
/// @param overwrites whether an existing file gives way; else the new one gets a number
record PictureFile(Path path, boolean overwrites) {
  /// Writes beside the file, then moves into place.
  ///
  /// @return the file's name in the end
  Path write(byte[] bytes) throws IOException {
    Path target = overwrites && Files.exists(path) ? path.toRealPath() : path;
    Path unfinished =
        target.resolveSibling(
            ".%s.%d.part".formatted(target.getFileName(), ProcessHandle.current().pid()));
    try {
      Files.write(unfinished, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (!overwrites) {
        return moveToFreeName(unfinished);
      }
      Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
      return path;
    } finally {
      Files.deleteIfExists(unfinished);
    }
  }

  private Path moveToFreeName(Path unfinished) throws IOException {
    for (int number = 1; ; number++) {
      Path free = number == 1 ? path : PictureNames.numbered(path, "_" + number);
      try {
        Files.move(unfinished, free);
        return free;
      } catch (FileAlreadyExistsException e) {
        // The next number, then.
      }
    }
  }
}
