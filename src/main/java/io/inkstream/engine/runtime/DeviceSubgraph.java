package io.inkstream.engine.runtime;

import io.inkstream.engine.tensor.Tensor;
import java.util.Map;

/// A subgraph of its own session, through the library's C API.
final class DeviceSubgraph implements Subgraph {
  private final NativeSession session;
  private final SessionBinding binding;
  private boolean closed;

  DeviceSubgraph(NativeSession session) {
    this.session = session;
    this.binding = new SessionBinding(session);
    SubgraphCounts.opened();
  }

  @Override
  public String name() {
    return session.name();
  }

  @Override
  public void run(
      Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal) {
    Names.check(name(), "inputs", session.inputs().keySet(), inputs.keySet());
    Names.check(name(), "outputs", session.outputs().keySet(), outputs.keySet());
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
