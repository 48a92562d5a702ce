package io.inkstream.engine.runtime;

/// The work ended early because its [CancellationSignal] was given.
public final class CancelledException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public CancelledException() {
    super("cancelled");
  }
}
