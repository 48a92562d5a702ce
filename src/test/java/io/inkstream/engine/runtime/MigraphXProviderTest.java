package io.inkstream.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.Providers;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.StandInCard;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// ONNX Runtime's own provider for MIGraphX, with libraries that stand in for HIP and MIGraphX: the
/// card's streams are as late as they may be, and each program gives its input back, in the
/// provider's stream.
class MigraphXProviderTest {
  private static DeviceRuntime runtime;

  @BeforeAll
  static void start() {
    var settings = Providers.settings("migraphx", Map.of(), DType.F32);
    StandInCard.installAmd();
    runtime = OnnxRuntime.start(settings).onDevice().orElseThrow();
  }

  @Test
  void itIsADeviceWithMemoryOfItsOwnAndWithoutOperatorsOfOurs() {
    assertThat(runtime.device()).isEqualTo(Device.named("migraphx"));
    assertThat(runtime.name()).isEqualTo("HIP card 0");
    assertThat(runtime.knowsNewOperators()).isFalse();
    assertThat(runtime.runsFusedOperators(DType.F32)).isFalse();
    assertThat(runtime.runsFusedOperators(DType.BF16)).isFalse();
  }

  @Test
  void aRunReadsWhatWasGivenBeforeItAndIsReadWhenItHasRun() {
    var memory = runtime.memory(DType.F32);
    try (var graph = load(TinyGraph.doubled());
        var x = memory.take(Tensor.of(new float[] {1, 2, 3, 4}, 2, 2));
        var next = memory.take(Tensor.of(new float[] {5, 6, 7, 8}, 2, 2));
        var y = memory.zeros(2, 2)) {
      run(graph, x, y);
      assertThat(memory.read(y)).containsExactly(1, 2, 3, 4);

      memory.copy(x, next);
      run(graph, x, y);
      memory.copy(next, y);
      assertThat(memory.read(next)).containsExactly(5, 6, 7, 8);
    }
    assertThat(Tensor.open()).isZero();
  }

  @Test
  void tensorsOfTheHostGoThereAndBack() {
    try (var graph = load(TinyGraph.doubled());
        var x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
        var y = Tensor.of(new float[4], 2, 2)) {
      run(graph, x, y);

      assertThat(y.toArray()).containsExactly(1, 2, 3, 4);
    }
  }

  @Test
  void whatIsBetweenItsNodesAndTheProcessorsLiesInThePool() {
    var memory = runtime.memory(DType.F32);
    try (var graph = load(TinyGraph.greatest());
        var x = memory.zeros(64, 64);
        var y = memory.zeros(64, 64)) {
      long idle = runtime.idleBytes();

      run(graph, x, y);

      assertThat(memory.read(y)).startsWith(1, 0, 0);
      assertThat(runtime.idleBytes()).isEqualTo(idle + x.bytes());
    }
  }

  private static Subgraph load(byte[] graph) {
    return runtime.load(
        SessionGraph.of("tiny", graph),
        SessionSettings.of(new Precision.OnDevice(DType.F32, true)));
  }

  private static void run(Subgraph graph, Tensor x, Tensor y) {
    graph.run(Map.of("x", x), Map.of("y", y), new CancellationSignal());
  }
}
