package io.inkstream.engine.model;

import static io.inkstream.Floats.assertClose;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Floats;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.network.AttentionGraph;
import io.inkstream.engine.network.BlockPart;
import io.inkstream.engine.network.DoubleStreamGraphs;
import io.inkstream.engine.network.ProductKernels;
import io.inkstream.engine.network.SingleStreamGraphs;
import io.inkstream.engine.network.TransformerGraphs;
import io.inkstream.engine.quantization.Quantization;
import io.inkstream.engine.quantization.QuantizationSettings;
import io.inkstream.engine.quantization.QuantizedWeights;
import io.inkstream.engine.runtime.BlockGraph;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.weights.TransformerConfig;
import io.inkstream.engine.weights.WeightReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A block that is cut at its attention, head by head, against the whole one, on the emulated
/// device: the parts share the weights of a slot, of which each knows its own.
class BlockPartsTest {
  private static final Path GOLDENS = Path.of("src/test/resources/goldens");
  private static final SessionSettings SESSION = SessionSettings.of(EmulatedDevice.PRECISION);
  private static final int IMAGE = 35;
  private static final int TEXT = 9;
  private static final double TOLERANCE = 1e-5;

  private final DeviceRuntime runtime = EmulatedDevice.runtime().onDevice().orElseThrow();
  private final Random random = new Random(7);
  private final List<Subgraph> opened = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() {
    opened.forEach(Subgraph::close);
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  /// Of a block, by what of it is wanted.
  private interface Form {
    BoundBlock of(BlockPart part);
  }

  @Test
  void thePlainBlockIsItsParts() {
    var snapshot = QwenImageSnapshot.open(GOLDENS.resolve("tiny"), Optional.empty());
    var graphs = snapshot.transformerGraphs(DType.F32);

    compareOfTwoStreams(snapshot, part -> graphs.boundBlock(1, part), Map.of());
  }

  @Test
  void theBlockThatMultipliesEightBitsIsItsParts(@TempDir Path stored) {
    var settings = new QuantizationSettings(Quantization.FP8, stored, Long.MAX_VALUE);
    var snapshot =
        QuantizedWeights.of(
            QwenImageSnapshot.open(GOLDENS.resolve("tiny"), Optional.empty()), settings);
    var graphs = (DoubleStreamGraphs) snapshot.transformerGraphs(DType.F32);

    compareOfTwoStreams(
        snapshot, part -> graphs.fusedBlock(1, ProductKernels.OWN_FLOAT8, part), Map.of());
  }

  @ParameterizedTest
  @EnumSource
  void theFusedBlockIsItsParts(ProductKernels products) {
    var snapshot = QwenImageSnapshot.open(GOLDENS.resolve("tiny"), Optional.empty());
    var graphs = (DoubleStreamGraphs) snapshot.transformerGraphs(DType.F32);

    compareOfTwoStreams(snapshot, part -> graphs.fusedBlock(1, products, part), Map.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 4})
  void aBlockWithGivenRowsIsItsParts(int givenRows, @TempDir Path folder) {
    var tiny =
        EditSnapshot.of(
            GOLDENS.resolve("tiny"), folder.resolve("edit"), "QwenImageEditPlusPipeline");
    ModelFiles files =
        EditSnapshot.withTransformerConfig(
            tiny, folder.resolve("other"), GOLDENS.resolve("edit_2511/transformer_config.json"));
    var snapshot = QwenImageSnapshot.open(files);
    TransformerGraphs graphs = snapshot.transformerGraphs(DType.F32);
    float[] given = new float[IMAGE];
    Arrays.fill(given, IMAGE - givenRows, IMAGE, 1);
    try (var rows = Tensor.of(given, IMAGE, 1);
        var modulation = normal(1, 12L * width(snapshot))) {
      compareOfTwoStreams(
          snapshot,
          part -> graphs.boundBlock(1, part),
          Map.of("given", rows, "modulation_given", modulation));
    }
  }

  @Test
  void thePlainBlockOfOneStreamIsItsParts() {
    var snapshot = QwenImageSnapshot.open(GOLDENS.resolve("qwen21/tiny21"), Optional.empty());
    var graphs = snapshot.transformerGraphs(DType.F32);

    compareOfOneStream(snapshot, part -> graphs.boundBlock(1, part));
  }

  @ParameterizedTest
  @EnumSource
  void theFusedBlockOfOneStreamIsItsParts(ProductKernels products) {
    var snapshot = QwenImageSnapshot.open(GOLDENS.resolve("qwen21/tiny21"), Optional.empty());
    var graphs = (SingleStreamGraphs) snapshot.transformerGraphs(DType.F32);

    compareOfOneStream(snapshot, part -> graphs.fusedBlock(1, products, part));
  }

  private void compareOfTwoStreams(
      QwenImageSnapshot snapshot, Form form, Map<String, Tensor> ofGiven) {
    int width = width(snapshot);
    int angles = snapshot.transformerConfig().attentionHeadDim() / 2;
    try (var h = normal(3, IMAGE, width);
        var e = normal(3, TEXT, width);
        var cos = normal(1, TEXT + IMAGE, angles);
        var sin = normal(1, TEXT + IMAGE, angles);
        var modulation = normal(1, 12L * width)) {
      Map<String, Tensor> after = new HashMap<>(ofGiven);
      after.putAll(Map.of("h", h, "e", e, "modulation", modulation));
      Map<String, Tensor> before = new HashMap<>(after);
      before.putAll(Map.of("cos", cos, "sin", sin));
      var outputs = Map.of("h_out", IMAGE, "e_out", TEXT);

      var whole = run(load(form.of(BlockPart.WHOLE)), before, outputs, width);
      var parts = load(form.of(BlockPart.ATTENTION_IN), form.of(BlockPart.ATTENTION_OUT));
      var heads = heads(parts.getFirst(), before, TEXT + IMAGE, width);
      var seen = attended(snapshot.transformerConfig(), heads, Map.of());
      var cut = finished(parts.getLast(), after, seen, outputs, width);

      outputs
          .keySet()
          .forEach(output -> assertClose(cut.get(output), whole.get(output), TOLERANCE));
    }
  }

  private void compareOfOneStream(QwenImageSnapshot snapshot, Form form) {
    int width = width(snapshot);
    int angles = snapshot.transformerConfig().attentionHeadDim() / 2;
    try (var h = normal(3, IMAGE, width);
        var cos = normal(1, IMAGE, angles);
        var sin = normal(1, IMAGE, angles);
        var key = normal(1, TEXT, width);
        var value = normal(1, TEXT, width);
        var modulation = normal(1, 4L * width)) {
      Map<String, Tensor> after = Map.of("h", h, "modulation", modulation);
      Map<String, Tensor> before = new HashMap<>(after);
      before.putAll(Map.of("cos", cos, "sin", sin));
      Map<String, Tensor> all = new HashMap<>(before);
      all.putAll(Map.of("key", key, "value", value));
      var outputs = Map.of("h_out", IMAGE);

      var whole = run(load(form.of(BlockPart.WHOLE)), all, outputs, width);
      var parts = load(form.of(BlockPart.ATTENTION_IN), form.of(BlockPart.ATTENTION_OUT));
      var heads = heads(parts.getFirst(), before, IMAGE, width);
      var prefix = Map.of("key", key.toArray(), "value", value.toArray());
      var seen = attended(snapshot.transformerConfig(), heads, prefix);
      var cut = finished(parts.getLast(), after, seen, outputs, width);

      assertClose(cut.get("h_out"), whole.get("h_out"), TOLERANCE);
    }
  }

  private Map<String, float[]> heads(
      Subgraph part, Map<String, Tensor> inputs, int rows, int width) {
    return run(part, inputs, Map.of("query", rows, "key", rows, "value", rows), width);
  }

  private Map<String, float[]> finished(
      Subgraph part,
      Map<String, Tensor> inputs,
      float[] seen,
      Map<String, Integer> outputs,
      int width) {
    try (var attended = Tensor.of(seen, seen.length / width, width)) {
      Map<String, Tensor> all = new HashMap<>(inputs);
      all.put("attended", attended);
      return run(part, all, outputs, width);
    }
  }

  /// Each head by itself.
  ///
  /// @param prefix keys and values of rows before
  private float[] attended(
      TransformerConfig config, Map<String, float[]> rows, Map<String, float[]> prefix) {
    int heads = config.numAttentionHeads();
    int size = config.attentionHeadDim();
    var graph = new AttentionGraph(1, size, DType.F32).build();
    Subgraph one = kept(runtime.load(new SessionGraphs(new WeightReader()).of(graph), SESSION));
    float[] all = new float[rows.get("query").length];
    for (int head = 0; head < heads; head++) {
      float[] seen = attended(one, head, heads, size, rows, prefix);
      for (int i = 0; i < seen.length; i++) {
        all[(i / size * heads + head) * size + i % size] = seen[i];
      }
    }
    return all;
  }

  private static float[] attended(
      Subgraph attention,
      int head,
      int heads,
      int size,
      Map<String, float[]> rows,
      Map<String, float[]> prefix) {
    float[] none = new float[0];
    float[] query = columns(rows.get("query"), head, heads, size);
    float[] keys =
        columns(joined(prefix.getOrDefault("key", none), rows.get("key")), head, heads, size);
    float[] values =
        columns(joined(prefix.getOrDefault("value", none), rows.get("value")), head, heads, size);
    try (var q = Tensor.of(query, query.length / size, size);
        var k = Tensor.of(keys, keys.length / size, size);
        var v = Tensor.of(values, values.length / size, size)) {
      return run(
              attention,
              Map.of("query", q, "key", k, "value", v),
              Map.of("attended", query.length / size),
              size)
          .get("attended");
    }
  }

  private static float[] joined(float[] first, float[] second) {
    return Floats.joined(List.of(first, second));
  }

  private static float[] columns(float[] all, int head, int heads, int size) {
    float[] own = new float[all.length / heads];
    for (int i = 0; i < own.length; i++) {
      own[i] = all[(i / size * heads + head) * size + i % size];
    }
    return own;
  }

  private Subgraph load(BoundBlock block) {
    return load(new BoundBlock[] {block}).getFirst();
  }

  private List<Subgraph> load(BoundBlock... forms) {
    var graphs = new SessionGraphs(new WeightReader());
    List<BlockGraph> all = Stream.of(forms).map(form -> graphs.asStored(_ -> form, 1)).toList();
    return runtime.loadForms(all, 1, false, SESSION).stream()
        .map(List::getFirst)
        .map(this::kept)
        .toList();
  }

  private Subgraph kept(Subgraph subgraph) {
    opened.add(subgraph);
    return subgraph;
  }

  /// @param outputs with their rows
  private static Map<String, float[]> run(
      Subgraph graph, Map<String, Tensor> inputs, Map<String, Integer> outputs, int width) {
    Map<String, Tensor> tensors = new HashMap<>();
    outputs.forEach((name, rows) -> tensors.put(name, Tensor.zeros(rows, width)));
    graph.run(inputs, tensors, new CancellationSignal());
    Map<String, float[]> values = new HashMap<>();
    tensors.forEach((name, tensor) -> {
      values.put(name, tensor.toArray());
      tensor.close();
    });
    return values;
  }

  private static int width(QwenImageSnapshot snapshot) {
    return snapshot.transformerConfig().innerDim();
  }

  private Tensor normal(double deviation, long... dims) {
    float[] values = new float[(int) new Shape(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return Tensor.of(values, dims);
  }
}
