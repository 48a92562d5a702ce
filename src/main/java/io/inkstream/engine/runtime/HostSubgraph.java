package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;

/// A subgraph on the processor.
final class HostSubgraph implements Subgraph {
  private final NativeSession session;
  private final OrtApi api;
  private boolean closed;

  HostSubgraph(NativeSession session) {
    this.session = session;
    this.api = session.api();
    SubgraphCounts.opened();
  }

  @Override
  public void run(
      Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal) {
    session.check(inputs.keySet(), outputs.keySet());
    boolean release = !session.keepMemory() || Subgraph.isLarge(bytes(inputs) + bytes(outputs));
    try (var arena = Arena.ofConfined();
        var given = new Values(session.inputs(), inputs, arena);
        var results = new Values(session.outputs(), outputs, arena)) {
      session.run(release, signal, options -> run(options, given, results));
    }
  }

  private void run(long options, Values given, Values results) {
    api.call(
        OrtFunction.RUN,
        session.pointer(),
        options,
        session.inputs().array().address(),
        given.array.address(),
        given.values.length,
        session.outputs().array().address(),
        results.values.length,
        results.array.address());
  }

  private static long bytes(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(Tensor::bytes).sum();
  }

  /// Tensors as the library knows them, in the order of the names.
  private final class Values implements AutoCloseable {
    private final long[] values;
    private final MemorySegment array;

    Values(NodeNames names, Map<String, Tensor> tensors, Arena arena) {
      values = new long[tensors.size()];
      try {
        for (int i = 0; i < values.length; i++) {
          values[i] = value(Objects.requireNonNull(tensors.get(names.names().get(i))));
        }
      } catch (RuntimeException e) {
        close();
        throw e;
      }
      array = arena.allocateFrom(JAVA_LONG, values);
    }

    private long value(Tensor tensor) {
      long address = tensor.segment().address();
      return session.place().value(tensor.type(), tensor.shape(), address);
    }

    @Override
    public void close() {
      for (long value : values) {
        api.release(OrtFunction.RELEASE_VALUE, value); // null is nothing
      }
    }
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      SubgraphCounts.closed();
      session.close();
    }
  }
}
