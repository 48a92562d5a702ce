package io.inkstream.engine.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.inkstream.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A subgraph on the processor, through the library's own Java binding.
final class HostSubgraph implements Subgraph {
  private final String name;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Set<String> inputNames;
  private final Set<String> outputNames;
  private final boolean keepMemory;
  private boolean closed;

  HostSubgraph(String name, OrtEnvironment environment, OrtSession session, boolean keepMemory) {
    this.name = name;
    this.environment = environment;
    this.session = session;
    this.keepMemory = keepMemory;
    this.inputNames = session.getInputNames();
    this.outputNames = session.getOutputNames();
    SubgraphCounts.opened();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void run(
      Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal) {
    Names.check(name, "inputs", inputNames, inputs.keySet());
    Names.check(name, "outputs", outputNames, outputs.keySet());
    signal.throwIfCancelled();
    List<OnnxTensor> opened = new ArrayList<>(inputs.size() + outputs.size());
    try (var options = new OrtSession.RunOptions();
        var ignored = signal.onCancel(() -> terminate(options))) {
      if (!keepMemory || Subgraph.isLarge(bytes(inputs) + bytes(outputs))) {
        options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
      }
      session.run(wrap(inputs, opened), Set.of(), wrap(outputs, opened), options).close();
      SubgraphCounts.ran();
    } catch (OrtException e) {
      // A terminated run fails with the library's general code: the signal tells the two apart.
      signal.throwIfCancelled();
      throw new EngineException(name + " failed: " + e.getMessage(), e);
    } finally {
      opened.forEach(OnnxTensor::close);
    }
  }

  private static long bytes(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(tensor -> tensor.bytes()).sum();
  }

  private static void terminate(OrtSession.RunOptions options) {
    try {
      options.setTerminate(true);
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }

  private Map<String, OnnxTensor> wrap(Map<String, Tensor> tensors, List<OnnxTensor> opened)
      throws OrtException {
    Map<String, OnnxTensor> wrapped = HashMap.newHashMap(tensors.size());
    for (var entry : tensors.entrySet()) {
      var tensor = entry.getValue();
      var onnx = OnnxTensor.createTensor(environment, tensor.buffer(), tensor.shape().dims());
      opened.add(onnx);
      wrapped.put(entry.getKey(), onnx);
    }
    return wrapped;
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    SubgraphCounts.closed();
    try {
      session.close();
    } catch (OrtException e) {
      throw new EngineException(name + " does not close: " + e.getMessage(), e);
    }
  }
}
