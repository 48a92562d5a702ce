package io.inkstream.server.jobs;

/// The server finishes what it has and takes nothing new.
public final class ShuttingDownException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// It stops.
  public ShuttingDownException() {
    super("the server is shutting down");
  }
}
