package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.network.ProductKernels;
import io.inkstream.engine.network.SingleStreamGraphs;
import io.inkstream.engine.quantization.Quantization;
import io.inkstream.engine.quantization.QuantizationSettings;
import io.inkstream.engine.quantization.QuantizedWeights;
import io.inkstream.engine.runtime.BlockGraph;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.SessionSettings;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.weights.WeightReader;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A block of Qwen-Image-2.1 of our own operators against the same block of ONNX Runtime's, both
/// with weights as inputs and on the emulated device; and the block over the text by the weights of
/// either.
class FusedSingleStreamBlockTest {
  private static final SessionSettings SESSION = SessionSettings.of(EmulatedDevice.PRECISION);
  private static final int IMAGE = 35;
  private static final int TEXT = 9;
  private static final double TOLERANCE = 1e-5;

  private final DeviceRuntime runtime = EmulatedDevice.runtime().onDevice().orElseThrow();
  private final Random random = new Random(7);
  private final QwenImageSnapshot snapshot =
      QwenImageSnapshot.open(Path.of("src/test/resources/goldens/qwen21/tiny21"), Optional.empty());
  private final SingleStreamGraphs graphs =
      (SingleStreamGraphs) snapshot.transformerGraphs(DType.F32);
  private final int width = snapshot.transformerConfig().innerDim();

  @ParameterizedTest
  @EnumSource
  void computesWhatTheBlockOfOnnxRuntimesOperatorsDoes(ProductKernels products) {
    var inputs = inputs(IMAGE, TEXT);

    float[] plain = run(graphs.boundBlock(2), inputs, IMAGE).get("h_out");
    float[] fused = run(graphs.fusedBlock(2, products), inputs, IMAGE).get("h_out");

    assertThat(distance(fused, plain)).isLessThan(TOLERANCE);
    assertThat(distance(plain, inputs.get("h").toArray())).isGreaterThan(0.1);
    inputs.values().forEach(Tensor::close);
  }

  @ParameterizedTest
  @CsvSource({"FP8, LIBRARY", "FP8, OWN", "INT8, LIBRARY", "INT8, OWN", "INT8, OWN_FLOAT8"})
  void widensWeightsOfEightBitsAsOnnxRuntimesOperatorsDo(
      Quantization type, ProductKernels products, @TempDir Path folder) {
    var small = quantized(type, folder);
    var inputs = inputs(IMAGE, TEXT);

    float[] plain = run(small.boundBlock(2), inputs, IMAGE).get("h_out");
    float[] fused = run(small.fusedBlock(2, products), inputs, IMAGE).get("h_out");

    assertThat(distance(fused, plain)).isLessThan(TOLERANCE);
    inputs.values().forEach(Tensor::close);
  }

  /// Three bits of mantissa on both sides of a product: a sixteenth at most, a thirtieth in the
  /// middle, of what a block adds.
  @Test
  void multipliesEightBitsByEightBits(@TempDir Path folder) {
    var small = quantized(Quantization.FP8, folder);
    var inputs = inputs(IMAGE, TEXT);

    float[] plain = run(small.boundBlock(2), inputs, IMAGE).get("h_out");
    float[] fused = run(small.fusedBlock(2, ProductKernels.OWN_FLOAT8), inputs, IMAGE).get("h_out");

    assertThat(distance(fused, plain)).isBetween(1e-4, 0.04);
    inputs.values().forEach(Tensor::close);
  }

  @ParameterizedTest
  @EnumSource(names = {"INT8", "FP8"})
  void theTextRunsByTheWeightsOfEither(Quantization type, @TempDir Path folder) {
    for (var one : List.of(graphs, quantized(type, folder))) {
      Map<String, Tensor> inputs = new HashMap<>(inputs(TEXT, 1));
      inputs.remove("key").close();
      inputs.remove("value").close();

      var plain = run(one.boundPrefixBlock(1), inputs, TEXT);
      var stacked = run(one.stackedPrefixBlock(1), inputs, TEXT);

      assertThat(plain).containsOnlyKeys("h_out", "key", "value");
      plain.forEach((output, values) ->
          assertThat(distance(stacked.get(output), values)).as(output).isLessThan(TOLERANCE));
      assertThat(one.stackedPrefixBlock(1).weights().keySet())
          .isEqualTo(one.fusedBlock(1, ProductKernels.OWN_FLOAT8).weights().keySet());
      inputs.values().forEach(Tensor::close);
    }
  }

  private SingleStreamGraphs quantized(Quantization type, Path folder) {
    return (SingleStreamGraphs)
        QuantizedWeights.of(snapshot, new QuantizationSettings(type, folder, Long.MAX_VALUE))
            .transformerGraphs(DType.F32);
  }

  @Test
  void whatAnOperatorRefusesIsAnErrorOfTheRun() {
    Map<String, Tensor> wrong = new HashMap<>(inputs(IMAGE, TEXT));
    wrong.put("cos", normal(1, IMAGE - 1, 8)).close();

    assertThatThrownBy(() -> run(graphs.fusedBlock(0, ProductKernels.OWN), wrong, IMAGE))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("HeadsBehindPrefix has a table of [34, 8], must be [35, 8]");
    wrong.values().forEach(Tensor::close);
  }

  private Map<String, Tensor> inputs(int rows, int prefix) {
    int angles = snapshot.transformerConfig().attentionHeadDim() / 2;
    return Map.of(
        "h", normal(3, rows, width),
        "cos", normal(1, rows, angles),
        "sin", normal(1, rows, angles),
        "modulation", normal(1, 4 * width),
        "key", normal(1, prefix, width),
        "value", normal(1, prefix, width));
  }

  private Tensor normal(double deviation, long... dims) {
    float[] values = new float[(int) new Shape(dims).elements()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (deviation * random.nextGaussian());
    }
    return Tensor.of(values, dims);
  }

  private static BlockGraph shared(BoundBlock block) {
    return new SessionGraphs(new WeightReader()).asStored(_ -> block, 1);
  }

  private Map<String, float[]> run(BoundBlock block, Map<String, Tensor> inputs, int rows) {
    Subgraph subgraph = runtime.loadBlocks(shared(block), 1, false, SESSION).getFirst();
    try (var h = Tensor.zeros(rows, width);
        var key = Tensor.zeros(rows, width);
        var value = Tensor.zeros(rows, width)) {
      Map<String, Tensor> outputs = new HashMap<>(Map.of("h_out", h));
      if (!inputs.containsKey("key")) {
        outputs.putAll(Map.of("key", key, "value", value));
      }
      subgraph.run(inputs, outputs, new CancellationSignal());
      Map<String, float[]> values = new HashMap<>();
      outputs.forEach((name, tensor) -> values.put(name, tensor.toArray()));
      return values;
    } finally {
      subgraph.close();
    }
  }

  /// Relative L2 distance.
  private static double distance(float[] values, float[] expected) {
    double difference = 0;
    double length = 0;
    for (int i = 0; i < expected.length; i++) {
      difference += Math.pow(values[i] - expected[i], 2);
      length += Math.pow(expected[i], 2);
    }
    return Math.sqrt(difference / length);
  }
}
