package io.inkstream.engine.weights;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;

/// A snapshot that is missing, damaged or not one that this version runs.
///
/// The message is one line: the file, the tensor or key, what was found and what is allowed.
/// Control characters from the file are escaped in it, and long values cut.
public final class SnapshotException extends RuntimeException {
  private static final long serialVersionUID = 1;
  private static final int LONGEST_VALUE = 120;
  private static final int LONGEST_MESSAGE = 2000;

  /// `FILE: PROBLEM`.
  public SnapshotException(Path file, String problem) {
    super(oneLine(file + ": " + problem, LONGEST_MESSAGE));
  }

  private SnapshotException(Path file, String problem, Throwable cause) {
    super(oneLine(file + ": " + problem, LONGEST_MESSAGE), cause);
  }

  private SnapshotException(String message) {
    super(oneLine(message, LONGEST_MESSAGE));
  }

  /// A problem that no file stands for.
  public static SnapshotException without(String message) {
    return new SnapshotException(message);
  }

  /// `FILE: tensor 'NAME': PROBLEM`.
  public static SnapshotException tensor(Path file, String tensor, String problem) {
    return new SnapshotException(file, "tensor " + quoted(tensor) + ": " + problem);
  }

  /// `FILE: tensor 'NAME': ` and what kept it from being read.
  public static SnapshotException tensor(Path file, String tensor, IOException cause) {
    return new SnapshotException(file, "tensor " + quoted(tensor) + ": " + reason(cause), cause);
  }

  /// `FILE: ` and what kept it from being read.
  public static SnapshotException unreadable(Path file, IOException cause) {
    return new SnapshotException(file, reason(cause), cause);
  }

  /// A value out of a file, in single quotes, on one line and not too long.
  public static String quoted(String value) {
    return "'" + shown(value) + "'";
  }

  /// A value out of a file, on one line and not too long.
  public static String shown(String value) {
    return oneLine(value, LONGEST_VALUE);
  }

  private static String reason(IOException cause) {
    return switch (cause) {
      case NoSuchFileException missing -> "does not exist";
      case AccessDeniedException denied -> "cannot be read: access denied";
      case NotDirectoryException notDirectory -> "is not a folder";
      case CharacterCodingException coding -> "is not UTF-8 text";
      case JsonProcessingException json -> "is not valid JSON: " + shown(json.getOriginalMessage());
      case FileSystemException system -> "cannot be read: " + system.getReason();
      default -> "cannot be read: " + cause;
    };
  }

  private static String oneLine(String text, int longest) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (line.length() >= longest) {
        return line.append('…').toString();
      }
      appendPrintable(line, text.charAt(i));
    }
    return line.toString();
  }

  private static void appendPrintable(StringBuilder line, char c) {
    switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          line.append("\\u%04x".formatted((int) c));
      default -> line.append(c);
    }
  }
}
