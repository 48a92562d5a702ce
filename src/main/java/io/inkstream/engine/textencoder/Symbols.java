package io.inkstream.engine.textencoder;

import java.util.PriorityQueue;

/// The symbols of one word while they merge: a linked list over arrays, and a queue of the pairs
/// that may merge. `n log n`, however long the word.
final class Symbols {
  private static final int MERGED = -1;

  private final int[] ids;
  private final int[] next;
  private final int[] previous;
  private final int size;
  private final MergeTable merges;
  // rank in the upper half, position of the left symbol in the lower
  private final PriorityQueue<Long> pairs = new PriorityQueue<>();

  /// Takes over `ids`, of which the first `size` count.
  Symbols(int[] ids, int size, MergeTable merges) {
    this.ids = ids;
    this.size = size;
    this.merges = merges;
    this.next = new int[size];
    this.previous = new int[size];
    for (int i = 0; i < size; i++) {
      next[i] = i + 1;
      previous[i] = i - 1;
    }
  }

  /// Merges all that merges and appends what is left.
  void mergeInto(IntList out) {
    for (int i = 0; i < size; i++) {
      offer(i);
    }
    while (!pairs.isEmpty()) {
      long pair = pairs.remove();
      int rank = (int) (pair >>> 32);
      int at = (int) pair;
      // a pair one of whose symbols merged elsewhere meanwhile is stale
      if (rankAt(at) == rank) {
        merge(at, rank);
      }
    }
    for (int i = 0; i < size; i = next[i]) {
      out.add(ids[i]);
    }
  }

  private void merge(int at, int rank) {
    int right = next[at];
    ids[at] = merges.result(rank);
    ids[right] = MERGED;
    next[at] = next[right];
    if (next[at] < size) {
      previous[next[at]] = at;
    }
    offer(at);
    if (previous[at] >= 0) {
      offer(previous[at]);
    }
  }

  private void offer(int at) {
    int rank = rankAt(at);
    if (rank != MergeTable.NONE) {
      pairs.add((long) rank << 32 | at);
    }
  }

  private int rankAt(int at) {
    if (ids[at] == MERGED || next[at] == size) {
      return MergeTable.NONE;
    }
    return merges.rank(ids[at], ids[next[at]]);
  }
}
