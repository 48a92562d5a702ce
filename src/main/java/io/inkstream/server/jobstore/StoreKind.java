package io.inkstream.server.jobstore;

import java.util.Locale;

/// Where jobs are kept.
public enum StoreKind {
  /// In this process, with which they end.
  MEMORY,
  /// In a file that one process has for itself.
  DISK,
  /// In Redis, shared by all processes that name the same one.
  REDIS;

  /// As a setting names it.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
