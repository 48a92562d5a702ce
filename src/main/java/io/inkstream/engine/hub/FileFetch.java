package io.inkstream.engine.hub;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Fetches one file into the cache: resumed where it stopped, checked, and only then under its
/// name.
///
/// @param tally hears of bytes and files
record FileFetch(
    HubClient client,
    SpeedWatch watch,
    Patience patience,
    CachedRepository cached,
    String commit,
    RepoFile file,
    Tally tally) {
  private static final int CHUNK = 1 << 18;

  /// @throws HubException if it cannot be had
  void run() throws InterruptedException {
    try {
      if (!cached.has(commit, file)) {
        fetch();
      }
      tally.fileDone(file);
    } catch (IOException e) {
      throw new HubException(this + ": " + e, e);
    }
  }

  private void fetch() throws IOException, InterruptedException {
    try (var _ = BlobLock.of(cached.lock(file), () -> tally.waitsFor(file))) {
      if (!Files.exists(cached.blob(file))) {
        fill(cached.incomplete(file));
      }
      cached.link(commit, file);
    }
  }

  private void fill(Path incomplete) throws IOException, InterruptedException {
    try (var partial = PartialFile.open(incomplete, file)) {
      boolean resumed = partial.size() > 0;
      receiveAll(partial);
      if (!partial.matches()) {
        partial.restart();
        // What was there may have been another program's.
        requireAnother(resumed, partial);
        receiveAll(partial);
        requireAnother(partial.matches(), partial);
      }
      partial.become(cached.blob(file));
    }
  }

  private void requireAnother(boolean good, PartialFile partial) throws IOException {
    if (!good) {
      partial.delete();
      throw new HubException(
          "%s: what came does not have the checksum %s that the Hub lists; it is deleted"
              .formatted(this, file.checksum().hex()));
    }
  }

  private void receiveAll(PartialFile partial) throws InterruptedException, IOException {
    var attempts = new Attempts(this + " cannot be fetched", patience, tally::note);
    tally.has(file, partial.size());
    while (!partial.isFull()) {
      try {
        receive(partial);
      } catch (IOException | HubException e) {
        attempts.failed(e, partial.size());
      }
    }
  }

  private void receive(PartialFile partial) throws IOException, InterruptedException {
    try (var content = client.open(cached.repository(), commit, file, partial.size());
        var flow = watch.watch(content.bytes())) {
      if (content.start() != partial.size()) {
        partial.restart(); // a server that knows no ranges
        tally.has(file, 0);
      }
      byte[] chunk = new byte[CHUNK];
      int read = flow.read(chunk, chunk.length);
      while (read >= 0) {
        requireNotLonger(partial, read);
        partial.append(chunk, read);
        tally.came(file, read);
        read = flow.read(chunk, chunk.length);
      }
    }
    if (!partial.isFull()) {
      throw new IOException("%d of %d bytes came".formatted(partial.size(), file.size()));
    }
  }

  private void requireNotLonger(PartialFile partial, int read) throws IOException {
    if (partial.size() + read > file.size()) {
      partial.delete();
      throw new HubException(
          "%s: more came than the %d bytes that the Hub lists; it is deleted"
              .formatted(this, file.size()));
    }
  }

  @Override
  public String toString() {
    return cached.repository() + "/" + file.path();
  }
}
