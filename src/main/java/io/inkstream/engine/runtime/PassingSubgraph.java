package io.inkstream.engine.runtime;

import io.inkstream.engine.device.DeviceQueue;
import io.inkstream.engine.tensor.Tensor;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// A subgraph on a device whose session, with its weights, is there only while it runs.
final class PassingSubgraph implements Subgraph {
  private final Supplier<Subgraph> session;
  private final DeviceQueue queue;
  private final Lock alone = new ReentrantLock(); // two would need room for two

  /// @param session opens it
  /// @throws io.inkstream.engine.device.EngineException if it does not open
  PassingSubgraph(Supplier<Subgraph> session, DeviceQueue queue) {
    this.session = session;
    this.queue = queue;
    open().close();
  }

  /// While nobody runs, whose failure for want of memory would be taken for this one's.
  private Subgraph open() {
    queue.order().lock();
    try {
      return session.get();
    } finally {
      queue.order().unlock();
    }
  }

  @Override
  public void run(
      Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal) {
    alone.lock();
    try (var opened = open()) {
      try {
        opened.run(inputs, outputs, signal);
      } finally {
        queue.driver().synchronize(); // the device may still read the weights
      }
    } finally {
      alone.unlock();
    }
  }

  @Override
  public void close() {
    // Nothing is open.
  }
}
