package io.inkstream.server.refusal;

/// A failure that says itself how it looks from outside.
public abstract class RefusedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Refusal refusal;

  protected RefusedException(Refusal refusal) {
    super(refusal.message());
    this.refusal = refusal;
  }

  final Refusal refusal() {
    return refusal;
  }
}
