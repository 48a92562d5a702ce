package io.inkstream.engine.runtime;

import io.inkstream.engine.device.DeviceQueue;
import io.inkstream.engine.tensor.Tensor;
import java.util.Map;

/// A subgraph of its own session on a device.
final class DeviceSubgraph implements Subgraph {
  private final NativeSession session;
  private final SessionBinding binding;
  private boolean closed;

  DeviceSubgraph(NativeSession session, DeviceQueue queue) {
    this.session = session;
    this.binding = new SessionBinding(session, queue);
    SubgraphCounts.opened();
  }

  @Override
  public void run(
      Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal) {
    session.check(inputs.keySet(), outputs.keySet());
    binding.run(inputs, outputs, signal);
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    SubgraphCounts.closed();
    binding.close();
    session.close();
  }
}
