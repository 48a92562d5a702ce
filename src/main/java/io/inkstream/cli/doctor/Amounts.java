package io.inkstream.cli.doctor;

import io.inkstream.engine.hub.PullState;

/// Numbers of bytes for people.
final class Amounts {
  private Amounts() {}

  static String bytes(long bytes) {
    return PullState.size(bytes);
  }
}
