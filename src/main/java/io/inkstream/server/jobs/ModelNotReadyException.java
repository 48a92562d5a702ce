package io.inkstream.server.jobs;

/// There is no model to draw with, yet or any more.
public final class ModelNotReadyException extends RuntimeException {
  private static final long serialVersionUID = 1;

  ModelNotReadyException(String message) {
    super(message);
  }
}
