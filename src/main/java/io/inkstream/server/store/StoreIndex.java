package io.inkstream.server.store;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What lies in the store's folder, as far as this process knows: nobody who keeps a picture has to
/// list the folder, or to wait for who does. Safe for any thread; no method touches the disk.
final class StoreIndex {
  private final TreeSet<KeptFile> files = new TreeSet<>();
  private long bytes;
  private long promised;

  /// Makes room for files that are about to be written, and holds it until [#written].
  ///
  /// @param limit of all files together
  /// @param oldest time that a file may have
  /// @return what has to be deleted for it, and what is too old: in the index no more
  synchronized List<KeptFile> makeRoom(long wanted, long limit, Instant oldest) {
    promised += wanted;
    List<KeptFile> leaving = new ArrayList<>();
    while (!files.isEmpty()
        && (bytes + promised > limit || !files.first().modified().isAfter(oldest))) {
      leaving.add(files.first());
      forget(files.first());
    }
    return leaving;
  }

  /// Ends what [#makeRoom] held.
  ///
  /// @param kept the files; none if they could not be written
  synchronized void written(long wanted, Collection<KeptFile> kept) {
    promised -= wanted;
    kept.forEach(this::learn);
  }

  synchronized Set<KeptFile> known() {
    return new HashSet<>(files);
  }

  /// Takes in what a listing found: also what other processes keep, and what somebody deleted.
  ///
  /// @param before what was [#known] when the listing began: what came or went since is left alone
  synchronized void listed(Collection<KeptFile> found, Set<KeptFile> before) {
    var there = new HashSet<>(found);
    before.stream().filter(file -> !there.contains(file)).forEach(this::forget);
    found.stream().filter(file -> !before.contains(file)).forEach(this::learn);
  }

  private void learn(KeptFile file) {
    if (files.add(file)) {
      bytes += file.bytes();
    }
  }

  private void forget(KeptFile file) {
    if (files.remove(file)) {
      bytes -= file.bytes();
    }
  }
}
