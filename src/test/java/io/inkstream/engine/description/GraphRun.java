package io.inkstream.engine.description;

import io.inkstream.engine.graph.OnnxFile;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.SessionGraph;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/// One run of an exported graph on seeded random inputs, with the weights that lie beside it.
record GraphRun(Map<String, Tensor> inputs, Map<String, Tensor> outputs) implements AutoCloseable {
  private static final int SEED = 20;
  private static final Map<String, Long> FREE =
      Map.of(
          "img", 6L,
          "txt", 5L,
          "all", 11L,
          "steps", 3L,
          "tokens", 7L,
          "height", 4L,
          "width", 6L);

  static GraphRun of(Path graph, int vaeScale) throws IOException {
    byte[] model = Files.readAllBytes(graph);
    var file = OnnxFile.parse(model);
    Map<String, Long> free = new HashMap<>(FREE);
    free.put("image_height", FREE.get("height") * vaeScale);
    free.put("image_width", FREE.get("width") * vaeScale);
    var run = new GraphRun(tensors(file.inputs(), free), tensors(file.outputs(), free));
    var random = new SplittableRandom(SEED);
    for (Tensor input : run.inputs.values()) {
      fill(input, random);
    }
    var runtime = OnnxRuntime.start(RuntimeSettings.defaults());
    try (var subgraph =
        runtime.load(
            SessionGraph.of(graph.toString(), model, graph.getParent()),
            SessionSettings.of(Precision.FAST))) {
      subgraph.run(run.inputs, run.outputs, new CancellationSignal());
    }
    return run;
  }

  private static Map<String, Tensor> tensors(List<OnnxFile.Value> values, Map<String, Long> free) {
    Map<String, Tensor> tensors = new TreeMap<>(); // the same order in every process
    values.forEach(value -> tensors.put(value.name(), Tensor.zeros(value.dims(free))));
    return tensors;
  }

  private static void fill(Tensor tensor, RandomGenerator random) {
    float[] values = new float[(int) tensor.shape().elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextFloat(-1, 1);
    }
    tensor.set(values);
  }

  void writeNpz(Path file) throws IOException {
    Map<String, Tensor> arrays = new HashMap<>();
    inputs.forEach((name, tensor) -> arrays.put("in." + name, tensor));
    outputs.forEach((name, tensor) -> arrays.put("out." + name, tensor));
    NpzWriter.write(file, arrays);
  }

  @Override
  public void close() {
    inputs.values().forEach(Tensor::close);
    outputs.values().forEach(Tensor::close);
  }
}
