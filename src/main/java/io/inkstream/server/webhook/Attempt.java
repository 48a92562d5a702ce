package io.inkstream.server.webhook;

/// What came of asking once.
public sealed interface Attempt {
  /// The receiver has it.
  record Delivered(int status) implements Attempt {}

  /// It may go well another time.
  record Failed(String why) implements Attempt {}

  /// It would never go well.
  record Forbidden(String why) implements Attempt {}

  /// The verdict of a receiver. 410 says that it wants nothing more (Standard Webhooks); a redirect
  /// is not followed, as it could lead anywhere.
  static Attempt of(int status) {
    if (status >= 200 && status < 300) {
      return new Delivered(status);
    }
    return status == 410 ? new Forbidden("answered 410") : new Failed("answered " + status);
  }
}
