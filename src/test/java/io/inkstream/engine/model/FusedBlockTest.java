package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.graph.BoundBlock;
import io.inkstream.engine.network.DoubleStreamGraphs;
import io.inkstream.engine.network.ProductKernels;
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
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// A block of our own operators against the same block of ONNX Runtime's, both with weights as
/// inputs and on the emulated device.
class FusedBlockTest {
  private static final SessionSettings SESSION = SessionSettings.of(EmulatedDevice.PRECISION);
  private static final int IMAGE = 35;
  private static final int TEXT = 9;
  private static final double TOLERANCE = 1e-5;

  private final DeviceRuntime runtime = EmulatedDevice.runtime().onDevice().orElseThrow();
  private final Random random = new Random(7);
  private final QwenImageSnapshot snapshot =
      QwenImageSnapshot.open(Path.of("src/main/models/qwen-image-pocket"), Optional.empty());
  private final DoubleStreamGraphs graphs =
      (DoubleStreamGraphs) snapshot.transformerGraphs(DType.F32);
  private final int width = snapshot.transformerConfig().innerDim();

  @ParameterizedTest
  @EnumSource
  void computesWhatTheBlockOfOnnxRuntimesOperatorsDoes(ProductKernels products) {
    Map<String, Tensor> inputs = inputs(TEXT + IMAGE);

    var plain = run(graphs.boundBlock(2), inputs);
    var fused = run(graphs.fusedBlock(2, products), inputs);

    for (String output : plain.keySet()) {
      assertThat(distance(fused.get(output), plain.get(output))).as(output).isLessThan(TOLERANCE);
      assertThat(distance(plain.get(output), inputs.get(output.substring(0, 1)).toArray()))
          .as(output + " differs from what went in")
          .isGreaterThan(0.1);
    }
    inputs.values().forEach(Tensor::close);
  }

  @ParameterizedTest
  @CsvSource({"FP8, LIBRARY", "FP8, OWN", "INT8, LIBRARY", "INT8, OWN", "INT8, OWN_FLOAT8"})
  void widensWeightsOfEightBitsAsOnnxRuntimesOperatorsDo(
      Quantization type, ProductKernels products, @TempDir Path folder) {
    var small = quantized(type, folder);
    Map<String, Tensor> inputs = inputs(TEXT + IMAGE);

    var plain = run(small.boundBlock(2), inputs);
    var fused = run(small.fusedBlock(2, products), inputs);

    for (String output : plain.keySet()) {
      assertThat(distance(fused.get(output), plain.get(output))).as(output).isLessThan(TOLERANCE);
    }
    inputs.values().forEach(Tensor::close);
  }

  /// Three bits of mantissa on both sides of a product: a sixteenth at most, a thirtieth in the
  /// middle, of what a block adds.
  @Test
  void multipliesEightBitsByEightBits(@TempDir Path folder) {
    var small = quantized(Quantization.FP8, folder);
    Map<String, Tensor> inputs = inputs(TEXT + IMAGE);

    var plain = run(small.boundBlock(2), inputs);
    var fused = run(small.fusedBlock(2, ProductKernels.OWN_FLOAT8), inputs);

    for (String output : plain.keySet()) {
      assertThat(distance(fused.get(output), plain.get(output))).as(output).isBetween(1e-4, 0.04);
    }
    inputs.values().forEach(Tensor::close);
  }

  private DoubleStreamGraphs quantized(Quantization type, Path folder) {
    return (DoubleStreamGraphs)
        QuantizedWeights.of(snapshot, new QuantizationSettings(type, folder, Long.MAX_VALUE))
            .transformerGraphs(DType.F32);
  }

  @Test
  void whatAnOperatorRefusesIsAnErrorOfTheRunAndTheSessionLivesOn() {
    var block = graphs.fusedBlock(0, ProductKernels.OWN);
    var signal = new CancellationSignal();
    try (var subgraph = runtime.loadBlocks(shared(block), 1, false, SESSION).getFirst();
        var h = Tensor.zeros(IMAGE, width);
        var e = Tensor.zeros(TEXT, width)) {
      Map<String, Tensor> outputs = Map.of("h_out", h, "e_out", e);
      var wrong = inputs(TEXT + IMAGE - 1);

      assertThatThrownBy(() -> subgraph.run(wrong, outputs, signal))
          .isInstanceOf(EngineException.class)
          .hasMessageContaining("HeadNormRope has a table of [43, 32], must be [44, 32]");

      var right = inputs(TEXT + IMAGE);
      subgraph.run(right, outputs, signal);
      assertThat(distance(h.toArray(), right.get("h").toArray())).isGreaterThan(0.1);
      wrong.values().forEach(Tensor::close);
      right.values().forEach(Tensor::close);
    }
  }

  private Map<String, Tensor> inputs(int rows) {
    int angles = snapshot.transformerConfig().attentionHeadDim() / 2;
    return Map.of(
        "h", normal(3, IMAGE, width),
        "e", normal(3, TEXT, width),
        "cos", normal(1, rows, angles),
        "sin", normal(1, rows, angles),
        "modulation", normal(1, 12 * width));
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

  private Map<String, float[]> run(BoundBlock block, Map<String, Tensor> inputs) {
    Subgraph subgraph = runtime.loadBlocks(shared(block), 1, false, SESSION).getFirst();
    try (var h = Tensor.zeros(IMAGE, width);
        var e = Tensor.zeros(TEXT, width)) {
      subgraph.run(inputs, Map.of("h_out", h, "e_out", e), new CancellationSignal());
      return Map.of("h_out", h.toArray(), "e_out", e.toArray());
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
