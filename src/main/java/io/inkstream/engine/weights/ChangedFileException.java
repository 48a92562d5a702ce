package io.inkstream.engine.weights;

import java.nio.file.Path;

/// A file of weights was written to after it was opened. The message is one line: the file, what it
/// was and what it is.
public final class ChangedFileException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ChangedFileException(Path file, String was, String is) {
    super(
        "%s was written to while it is in use: it was %s, it is %s; replace model files, never rewrite them, and start again"
            .formatted(file, was, is));
  }
}
