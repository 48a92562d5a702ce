package io.inkstream.engine.description;

/// An export cannot go where it is asked to; the message is one line.
public final class ExportException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ExportException(String message) {
    super(message);
  }
}
