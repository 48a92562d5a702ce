package io.inkstream.server.refusal;

import java.util.Locale;

/// Why a job is not taken in, in the word that metrics have for it.
public enum Reason {
  QUEUE_FULL,
  DRAINING,
  MODEL_NOT_READY,
  DEVICE_BUSY,
  INVALID,
  /// Our own mistake.
  ERROR;

  /// As metrics name it: `queue_full`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
