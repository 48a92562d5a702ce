package io.inkstream.server.batch;

/// Requests of a batch: all, those answered well, those refused or failed.
public record BatchCounts(long total, long completed, long failed) {
  static final BatchCounts NONE = new BatchCounts(0, 0, 0);

  BatchCounts ofTotal(long all) {
    return new BatchCounts(all, completed, failed);
  }

  BatchCounts ofDone(long well, long badly) {
    return new BatchCounts(total, well, badly);
  }
}
