package io.inkstream.server.api;

/// The server cannot draw a picture.
final class UnhealthyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  UnhealthyException(Throwable cause) {
    super(cause);
  }
}
