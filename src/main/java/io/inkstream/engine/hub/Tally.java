package io.inkstream.engine.hub;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// Adds up what has come of all files. Told by several threads.
final class Tally {
  private final String model;
  private final LongSupplier nanos;
  private final Consumer<String> notes;
  private final Map<RepoFile, Long> there = new LinkedHashMap<>();
  private final Set<RepoFile> done = new HashSet<>();
  private long received;
  private long began;

  /// @param nanos the clock
  /// @param notes hears lines about what is unusual
  Tally(String model, LongSupplier nanos, Consumer<String> notes) {
    this.model = model;
    this.nanos = nanos;
    this.notes = notes;
    this.began = nanos.getAsLong();
  }

  /// More is to come.
  synchronized void expect(Iterable<RepoFile> more) {
    more.forEach(file -> there.putIfAbsent(file, 0L));
    began = nanos.getAsLong();
    received = 0;
  }

  synchronized void has(RepoFile file, long bytes) {
    there.put(file, bytes);
  }

  synchronized void came(RepoFile file, long bytes) {
    there.merge(file, bytes, Long::sum);
    received += bytes;
  }

  synchronized void fileDone(RepoFile file) {
    there.put(file, file.size());
    done.add(file);
  }

  /// A line about what is unusual.
  void note(String line) {
    notes.accept(line);
  }

  /// Another process fetches it.
  void waitsFor(RepoFile file) {
    note("waits for another process that fetches " + file.path());
  }

  synchronized PullState state() {
    double seconds = (nanos.getAsLong() - began) / 1e9;
    return new PullState(
        model,
        done.size(),
        there.size(),
        there.values().stream().mapToLong(Long::longValue).sum(),
        there.keySet().stream().mapToLong(RepoFile::size).sum(),
        seconds > 0 ? received / seconds : 0);
  }
}
