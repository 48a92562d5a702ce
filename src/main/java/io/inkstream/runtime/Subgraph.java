package io.inkstream.runtime;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.inkstream.tensor.Tensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// A part of a network, ready to run. Any number of threads may run it at once.
public final class Subgraph implements AutoCloseable {
  private static final AtomicLong OPEN = new AtomicLong();
  private static final AtomicLong RUNS = new AtomicLong();

  /// A session keeps its working memory for the next run; beyond this many bytes passed in and out
  /// it gives it back instead, or sixty large blocks would each keep gigabytes.
  private static final long LARGE_RUN = 4L << 20;

  private final String name;
  private final OrtEnvironment environment;
  private final OrtSession session;
  private final Set<String> inputNames;
  private final Set<String> outputNames;
  private final boolean keepMemory;
  private boolean closed;

  Subgraph(String name, OrtEnvironment environment, OrtSession session, boolean keepMemory) {
    this.name = name;
    this.environment = environment;
    this.session = session;
    this.keepMemory = keepMemory;
    this.inputNames = session.getInputNames();
    this.outputNames = session.getOutputNames();
    OPEN.incrementAndGet();
  }

  /// How many subgraphs are open in this process.
  public static long open() {
    return OPEN.get();
  }

  /// How many runs have given their result in this process.
  public static long runs() {
    return RUNS.get();
  }

  /// Whether a run that takes and gives so many bytes releases its working memory at once.
  public static boolean isLarge(long bytes) {
    return bytes > LARGE_RUN;
  }

  public String name() {
    return name;
  }

  /// Runs the graph, writing straight into the memory of `outputs`, whose shapes must be the
  /// results'.
  ///
  /// @throws CancelledException if `signal` was given before or during the run
  /// @throws EngineException if the run fails
  /// @throws IllegalArgumentException if the names are not the graph's
  public void run(
      Map<String, Tensor> inputs, Map<String, Tensor> outputs, CancellationSignal signal) {
    checkNames("inputs", inputNames, inputs.keySet());
    checkNames("outputs", outputNames, outputs.keySet());
    signal.throwIfCancelled();
    List<OnnxTensor> opened = new ArrayList<>(inputs.size() + outputs.size());
    try (var options = new OrtSession.RunOptions();
        var ignored = signal.onCancel(() -> terminate(options))) {
      if (!keepMemory || isLarge(bytes(inputs) + bytes(outputs))) {
        options.addRunConfigEntry("memory.enable_memory_arena_shrinkage", "cpu:0");
      }
      session.run(wrap(inputs, opened), Set.of(), wrap(outputs, opened), options).close();
      RUNS.incrementAndGet();
    } catch (OrtException e) {
      // A terminated run fails with the library's general code: the signal tells the two apart.
      signal.throwIfCancelled();
      throw new EngineException(name + " failed: " + e.getMessage(), e);
    } finally {
      opened.forEach(OnnxTensor::close);
    }
  }

  private static long bytes(Map<String, Tensor> tensors) {
    return tensors.values().stream().mapToLong(tensor -> tensor.segment().byteSize()).sum();
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

  private void checkNames(String what, Set<String> expected, Set<String> given) {
    if (!expected.equals(given)) {
      throw new IllegalArgumentException(
          name + " has " + what + " " + expected + ", was given " + given);
    }
  }

  /// Frees the session and its weights; a second call does nothing.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    OPEN.decrementAndGet();
    try {
      session.close();
    } catch (OrtException e) {
      throw new EngineException(name + " does not close: " + e.getMessage(), e);
    }
  }
}
