package io.inkstream.server.store;

import java.time.Instant;
import java.util.Comparator;

/// A file of the store, as it was seen. The oldest is the least.
///
/// @param name without the folder
record KeptFile(String name, long bytes, Instant modified) implements Comparable<KeptFile> {
  private static final Comparator<KeptFile> OLDEST_FIRST =
      Comparator.comparing(KeptFile::modified)
          .thenComparing(KeptFile::name)
          .thenComparing(KeptFile::bytes);

  @Override
  public int compareTo(KeptFile other) {
    return OLDEST_FIRST.compare(this, other);
  }
}
