package io.inkstream.engine.textencoder;

import java.util.Arrays;

/// Which pairs of token ids merge, into what, and which pair goes first: a hash table without
/// boxes, since every pair of neighbours of every word asks it.
final class MergeTable {
  /// The rank of a pair that does not merge.
  static final int NONE = -1;

  private static final long EMPTY = -1;
  private static final long GOLDEN_RATIO = 0x9E3779B97F4A7C15L;

  private final long[] keys;
  private final int[] ranks;
  private final int[] results;
  private int size;

  /// An empty table for that many merges at most.
  MergeTable(int capacity) {
    int slots = Integer.highestOneBit(Math.max(capacity, 1)) << 2;
    keys = new long[slots];
    ranks = new int[slots];
    results = new int[capacity];
    Arrays.fill(keys, EMPTY);
  }

  /// Adds the merge of the next rank; a pair that is there already gets this later rank.
  void add(int left, int right, int result) {
    long key = key(left, right);
    int slot = slot(key);
    keys[slot] = key;
    ranks[slot] = size;
    results[size++] = result;
  }

  /// The rank of a pair, lowest first, or [#NONE].
  int rank(int left, int right) {
    long key = key(left, right);
    int slot = slot(key);
    return keys[slot] == key ? ranks[slot] : NONE;
  }

  /// The token that the pair of that rank becomes.
  int result(int rank) {
    return results[rank];
  }

  private static long key(int left, int right) {
    return (long) left << 32 | right;
  }

  private int slot(long key) {
    int mask = keys.length - 1;
    int slot = (int) ((key * GOLDEN_RATIO) >>> 32) & mask;
    while (keys[slot] != key && keys[slot] != EMPTY) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
