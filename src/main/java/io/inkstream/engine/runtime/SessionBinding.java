package io.inkstream.engine.runtime;

import io.inkstream.engine.device.DeviceDriver;
import io.inkstream.engine.device.DeviceQueue;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.OutOfDeviceMemoryException;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One way to run a session on a device: what its inputs and outputs are bound to. What is bound
/// stays bound.
///
/// A tensor of the host that the session reads or writes goes through memory of the device that
/// belongs to the binding. The library would copy it too, but out of the order of runs: over memory
/// that an earlier run still reads.
final class SessionBinding implements AutoCloseable {
  private final NativeSession session;
  private final OrtApi api;
  private final DeviceQueue queue;
  private final DeviceDriver driver;
  private final long pointer;
  private final Map<String, Staging> stagings = new HashMap<>();
  private final List<Runnable> weights = new ArrayList<>(); // bound anew before a run

  private record Staging(long address, long bytes) {}

  SessionBinding(NativeSession session, DeviceQueue queue) {
    this.session = session;
    this.api = session.api();
    this.queue = queue;
    this.driver = queue.driver();
    this.pointer = api.get(OrtFunction.CREATE_IO_BINDING, session.pointer());
  }

  /// Binds an input for all runs to come, as weights are.
  void bindWeight(String input, DType type, Shape shape, long address) {
    bindInput(input, type, shape, address);
    if (!queue.inStream()) {
      weights.add(() -> bindInput(input, type, shape, address));
    }
  }

  private void bindInput(String input, DType type, Shape shape, long address) {
    bind(OrtFunction.BIND_INPUT, session.inputs().text(input), type, shape, address);
  }

  /// Runs with these tensors bound to the names that change.
  ///
  /// @throws CancelledException if `signal` was given before or during the run
  /// @throws OutOfDeviceMemoryException if the device has not the memory for it
  /// @throws EngineException if the run fails
  void run(Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal) {
    queue.order().lock();
    try {
      signal.throwIfCancelled();
      inputs.forEach(this::upload);
      awaitInputs();
      inputs.forEach(this::bindInput);
      outputs.forEach(this::bindOutput);
      run(signal);
      outputs.forEach(this::download);
    } finally {
      queue.order().unlock();
    }
  }

  private void run(CancellationSignal signal) {
    try {
      session.run(!session.keepMemory(), signal, this::run);
    } catch (EngineException e) {
      queue.pool().throwIfRefused(); // what the library says of it is longer and less
      throw OutOfDeviceMemoryException.isMeantBy(e) ? new OutOfDeviceMemoryException(e) : e;
    } finally {
      queue.pool().ran();
    }
    queue.pool().throwIfRefused();
  }

  private void run(long options) {
    if (queue.inStream()) { // otherwise the library waits for its own at the run's end
      // What needs a result waits for it; the rest of the forward is given to the device at once.
      api.set(OrtFunction.ADD_RUN_CONFIG, options, "disable_synchronize_execution_providers", "1");
    }
    api.call(OrtFunction.RUN_WITH_BINDING, session.pointer(), options, pointer);
  }

  private void upload(String input, Tensor tensor) {
    if (!tensor.isOnDevice()) {
      long address = address(input, tensor);
      queue.traffic().up(tensor.bytes(), () -> driver.upload(address, tensor.segment()));
    }
  }

  /// Waits, where the library reads them in no order with our stream: in its runs, and of what a
  /// graph's nodes on the processor want already when it is bound.
  private void awaitInputs() {
    if (!queue.inStream()) {
      driver.synchronize();
      weights.forEach(Runnable::run);
    }
  }

  private void bindInput(String input, Tensor tensor) {
    bindInput(input, tensor.type(), tensor.shape(), address(input, tensor));
  }

  private void bindOutput(String output, Tensor tensor) {
    bind(
        OrtFunction.BIND_OUTPUT,
        session.outputs().text(output),
        tensor.type(),
        tensor.shape(),
        address(output, tensor));
  }

  private void download(String output, Tensor tensor) {
    if (!tensor.isOnDevice()) {
      long from = address(output, tensor);
      queue.traffic().down(tensor.bytes(), () -> driver.download(tensor.segment(), from));
    }
  }

  /// Where the session finds a tensor: in its place, or in the binding's memory on the device.
  private long address(String name, Tensor tensor) {
    if (tensor.isOnDevice()) {
      return tensor.address();
    }
    Staging staging = stagings.get(name);
    if (staging == null || staging.bytes() < tensor.bytes()) {
      if (staging != null) {
        stagings.remove(name);
        queue.pool().give(staging.address());
      }
      staging = new Staging(queue.pool().take(tensor.bytes()), tensor.bytes());
      stagings.put(name, staging);
    }
    return staging.address();
  }

  private void bind(OrtFunction how, long name, DType type, Shape shape, long address) {
    long value = session.place().value(type, shape, address);
    try {
      api.call(how, pointer, name, value);
    } finally {
      api.release(OrtFunction.RELEASE_VALUE, value);
    }
  }

  @Override
  public void close() {
    api.release(OrtFunction.RELEASE_IO_BINDING, pointer);
    stagings.values().forEach(staging -> queue.pool().give(staging.address()));
    stagings.clear();
  }
}
