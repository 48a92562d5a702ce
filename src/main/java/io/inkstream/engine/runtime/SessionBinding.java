package io.inkstream.engine.runtime;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// One way to run a session: what its inputs and outputs are bound to. What is bound stays bound.
///
/// A tensor of the host that a session on the device reads or writes goes through memory of the
/// device that belongs to the binding. The library would copy it too, but out of the order of runs:
/// over memory that an earlier run still reads.
final class SessionBinding implements AutoCloseable {
  private final NativeSession session;
  private final OrtApi api;
  private final MemorySegment pointer;
  private final Map<String, Staging> stagings = new HashMap<>();

  private record Staging(long address, long bytes) {}

  SessionBinding(NativeSession session) {
    this.session = session;
    this.api = session.api();
    this.pointer = api.create(OrtFunction.CREATE_IO_BINDING, session.pointer());
  }

  /// Binds an input for all runs to come, as weights are.
  void bindInput(String input, DType type, Shape shape, long address) {
    bind(OrtFunction.BIND_INPUT, session.inputs(), input, type, shape, address);
  }

  /// Runs with these tensors bound to the names that change.
  ///
  /// @throws CancelledException if `signal` was given before or during the run
  /// @throws EngineException if the run fails
  void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal) {
    session.place().order().lock();
    try {
      signal.throwIfCancelled();
      inputs.forEach(this::bindInput);
      outputs.forEach(this::bindOutput);
      runBound(Subgraph.isLarge(bytes(inputs) + bytes(outputs)), signal);
      outputs.forEach(this::download);
      SubgraphCounts.ran();
    } finally {
      session.place().order().unlock();
    }
  }

  private static long bytes(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(Tensor::bytes).sum();
  }

  private void bindInput(String input, Tensor tensor) {
    var driver = session.place().device();
    long address = address(input, tensor);
    if (driver != null && !tensor.isOnDevice()) {
      session.place().traffic().up(tensor.bytes(), () -> driver.upload(address, tensor.segment()));
    }
    bindInput(input, tensor.type(), tensor.shape(), address);
  }

  private void bindOutput(String output, Tensor tensor) {
    bind(
        OrtFunction.BIND_OUTPUT,
        session.outputs(),
        output,
        tensor.type(),
        tensor.shape(),
        address(output, tensor));
  }

  private void download(String output, Tensor tensor) {
    var driver = session.place().device();
    if (driver != null && !tensor.isOnDevice()) {
      long from = address(output, tensor);
      session.place().traffic().down(tensor.bytes(), () -> driver.download(tensor.segment(), from));
    }
  }

  /// Where the session finds a tensor: in its place, or in the binding's memory on the device.
  private long address(String name, Tensor tensor) {
    var driver = session.place().device();
    if (driver == null || tensor.isOnDevice()) {
      return driver == null ? tensor.segment().address() : tensor.address();
    }
    Staging staging = stagings.get(name);
    if (staging == null || staging.bytes() < tensor.bytes()) {
      if (staging != null) {
        stagings.remove(name);
        driver.free(staging.address());
      }
      staging = new Staging(driver.allocate(tensor.bytes()), tensor.bytes());
      stagings.put(name, staging);
    }
    return staging.address();
  }

  private void bind(
      OrtFunction how,
      Map<String, MemorySegment> names,
      String name,
      DType type,
      Shape shape,
      long address) {
    try (var arena = Arena.ofConfined()) {
      long[] dims = shape.dims();
      MemorySegment value =
          api.create(
              OrtFunction.CREATE_TENSOR_WITH_DATA,
              session.place().memory(),
              MemorySegment.ofAddress(address),
              shape.elements() * type.bytes(),
              arena.allocateFrom(JAVA_LONG, dims),
              (long) dims.length,
              ElementType.number(type));
      try {
        api.call(how, pointer, Objects.requireNonNull(names.get(name)), value);
      } finally {
        api.release(OrtFunction.RELEASE_VALUE, value);
      }
    }
  }

  private void runBound(boolean large, CancellationSignal signal) {
    MemorySegment options = api.create(OrtFunction.CREATE_RUN_OPTIONS);
    try (var ignored =
        signal.onCancel(() -> api.call(OrtFunction.RUN_OPTIONS_SET_TERMINATE, options))) {
      boolean onHost = session.place().device() == null;
      if (!session.keepMemory() || onHost && large) {
        option(options, "memory.enable_memory_arena_shrinkage", session.place().arena());
      }
      if (!onHost) {
        // What needs a result waits for it; the rest of the forward is given to the device at once.
        option(options, "disable_synchronize_execution_providers", "1");
      }
      api.call(OrtFunction.RUN_WITH_BINDING, session.pointer(), options, pointer);
    } catch (EngineException e) {
      // A terminated run fails with the library's general code: the signal tells the two apart.
      signal.throwIfCancelled();
      throw new EngineException(session.name() + " failed: " + e.getMessage(), e);
    } finally {
      api.release(OrtFunction.RELEASE_RUN_OPTIONS, options);
    }
  }

  private void option(MemorySegment options, String key, String value) {
    try (var arena = Arena.ofConfined()) {
      api.call(
          OrtFunction.ADD_RUN_CONFIG, options, arena.allocateFrom(key), arena.allocateFrom(value));
    }
  }

  @Override
  public void close() {
    api.release(OrtFunction.RELEASE_IO_BINDING, pointer);
    var driver = session.place().device();
    if (driver != null) {
      stagings.values().forEach(staging -> driver.free(staging.address()));
    }
    stagings.clear();
  }
}
