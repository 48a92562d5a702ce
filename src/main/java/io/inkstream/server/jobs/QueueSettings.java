package io.inkstream.server.jobs;

/// How a queue works.
///
/// @param maxRunning jobs that are drawn at once, 1 or more
/// @param maxQueued jobs that wait beside them, 0 or more
/// @param policy which of them is next
public record QueueSettings(int maxRunning, int maxQueued, QueuePolicy policy) {
  /// Jobs that are worked on at once: as many again may be at their last picture's file.
  int maxWorking() {
    return 2 * maxRunning;
  }
}
