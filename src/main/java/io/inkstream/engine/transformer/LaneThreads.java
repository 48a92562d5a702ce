package io.inkstream.engine.transformer;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// The threads of several lanes, kept from one request for the next: ONNX Runtime keeps cuDNN's
/// plans of attention for each thread, and to make them took some 50 ms a lane. Safe for any
/// thread.
final class LaneThreads implements AutoCloseable {
  // Guarded by this, as all below: of each lane, the one that ran last first.
  private final Map<Integer, Deque<LaneThread.Own>> idle = new HashMap<>();
  private boolean closed;

  /// A thread for a lane. Whoever takes it gives it back by [LaneThread#leave].
  ///
  /// @param lane its number among all lanes
  synchronized LaneThread take(int lane) {
    LaneThread.Own last = idle(lane).poll();
    return last == null ? LaneThread.Own.named("lane-" + lane, own -> give(lane, own)) : last;
  }

  private void give(int lane, LaneThread.Own own) {
    if (!kept(lane, own)) {
      own.end();
    }
  }

  private synchronized boolean kept(int lane, LaneThread.Own own) {
    if (!closed) {
      idle(lane).push(own);
    }
    return !closed;
  }

  private Deque<LaneThread.Own> idle(int lane) {
    return idle.computeIfAbsent(lane, _ -> new ArrayDeque<>());
  }

  /// Ends those that nobody has; the others end when they are given back.
  @Override
  public synchronized void close() {
    closed = true;
    idle.values().forEach(threads -> threads.forEach(LaneThread.Own::end));
    idle.clear();
  }
}
