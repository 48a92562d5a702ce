package io.inkstream.server.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Bytes of the heap that many hold together while somebody outside sends or reads, as slowly as he
/// likes. When they are used up, whoever has waited longest lets go of his. Safe for any thread.
final class HeapShare {
  private final long most;

  // Guarded by this.
  private final Map<Holder, Long> waiting = new LinkedHashMap<>(); // the longest first
  private final Map<Holder, Long> kept = new LinkedHashMap<>();
  private long waitingSum;
  private long keptSum;

  /// Who holds bytes.
  interface Holder {
    /// Lets go of everything, soon and on a thread of its own; its bytes count no more.
    void evict();
  }

  HeapShare(long most) {
    this.most = most;
  }

  /// @param parts of which this is one
  static HeapShare ofHeap(int parts) {
    return new HeapShare(Runtime.getRuntime().maxMemory() / parts);
  }

  /// Bytes that all may hold together.
  long most() {
    return most;
  }

  synchronized long held() {
    return waitingSum + keptSum;
  }

  /// Counts more bytes of one who waits; others may have to go for them.
  ///
  /// @return whether there is room; if not, nothing has changed for anybody
  boolean take(Holder holder, long bytes) {
    List<Holder> evicted = new ArrayList<>();
    boolean taken = take(holder, bytes, evicted);
    evicted.forEach(Holder::evict);
    return taken;
  }

  private synchronized boolean take(Holder holder, long bytes, List<Holder> evicted) {
    long most = this.most - keptSum;
    if (waiting.getOrDefault(holder, 0L) + bytes > most) {
      return false;
    }
    waiting.merge(holder, bytes, Long::sum);
    waitingSum += bytes;
    var longest = waiting.entrySet().iterator();
    while (waitingSum > most) {
      var entry = longest.next();
      if (entry.getKey() != holder) {
        waitingSum -= entry.getValue();
        evicted.add(entry.getKey());
        longest.remove();
      }
    }
    return true;
  }

  /// Counts bytes less of one who has got on: of all, he waits the shortest now.
  synchronized void give(Holder holder, long bytes) {
    long held = leave(holder);
    if (held > bytes) {
      waiting.put(holder, held - bytes);
      waitingSum += held - bytes;
    }
  }

  /// He waits no more: what he holds is in use until the [#release].
  synchronized void keep(Holder holder) {
    long held = leave(holder);
    kept.merge(holder, held, Long::sum);
    keptSum += held;
  }

  /// Nothing is held any more; for the second time without effect.
  synchronized void release(Holder holder) {
    leave(holder);
    Long used = kept.remove(holder);
    keptSum -= used == null ? 0 : used;
  }

  private long leave(Holder holder) {
    Long held = waiting.remove(holder);
    long bytes = held == null ? 0 : held;
    waitingSum -= bytes;
    return bytes;
  }
}
