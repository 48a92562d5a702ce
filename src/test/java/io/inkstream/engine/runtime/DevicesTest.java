package io.inkstream.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.model.EmulatedDevice;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Devices by kind and number, many in one process.
class DevicesTest {
  @ParameterizedTest
  @CsvSource({
    "cpu, CPU, 0, cpu",
    "cuda, CUDA, 0, cuda",
    "CUDA:0, CUDA, 0, cuda",
    "cuda:7, CUDA, 7, cuda:7",
    "openvino, OPENVINO, 0, openvino",
    "migraphx:1, MIGRAPHX, 1, migraphx:1",
    "tensorrt, TENSORRT, 0, tensorrt",
    "CoreML, COREML, 0, coreml",
    "emulated:1, EMULATED, 1, emulated:1"
  })
  void aNameIsAKindAndANumber(String name, Device.Kind kind, int ordinal, String shown) {
    var device = Device.named(name);

    assertThat(device).isEqualTo(new Device(kind, ordinal)).hasToString(shown);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "gpu",
        "cpu:0",
        "cpu:1",
        "cuda:",
        "cuda:x",
        "cuda:-1",
        "cuda:0:1",
        "openvino:1"
      })
  void otherNamesAreRefused(String name) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Device.named(name))
        .withMessage("device is \"" + name + "\", must be " + Device.NAMES);
  }

  @Test
  void twoDevicesShareTheLibraryAndNothingElse() {
    var first = EmulatedDevice.runtime(0).onDevice().orElseThrow();
    var second = EmulatedDevice.runtime(1).onDevice().orElseThrow();
    assertThat(second).isNotSameAs(first);
    assertThat(second.device()).hasToString("emulated:1");
    assertThat(EmulatedDevice.runtime(1)).isSameAs(second);
    assertThat(second.version()).isEqualTo(first.version());

    var before = first.copies();
    assertThat(doubled(second, 21)).isEqualTo(42);
    assertThat(first.copies()).isEqualTo(before);
    assertThat(doubled(first, 4)).isEqualTo(8);
    assertThat(first.copies().upBytes()).isEqualTo(before.upBytes() + Float.BYTES);
    assertThat(Tensor.open()).isZero();
  }

  /// By way of tensors on the device.
  private static float doubled(DeviceRuntime runtime, float value) {
    var memory = runtime.memory(DType.F32);
    try (var graph =
            runtime.load(
                SessionGraph.of("tiny", TinyGraph.doubled()),
                SessionSettings.of(EmulatedDevice.PRECISION));
        var x = memory.take(Tensor.of(new float[] {value}, 1, 1));
        var y = memory.zeros(1, 1)) {
      graph.run(Map.of("x", x), Map.of("y", y), new CancellationSignal());
      return memory.read(y)[0];
    }
  }

  @Test
  void aDevicesSettingsStayAsItWasStarted() {
    var running = OnnxRuntime.start(RuntimeSettings.defaults());
    assertThat(running.device()).isEqualTo(Device.CPU);
    assertThat(running.onDevice()).isEmpty();

    assertThatIllegalStateException()
        .isThrownBy(() -> OnnxRuntime.start(new RuntimeSettings(1, false)))
        .withMessageContaining("ONNX Runtime runs with");
  }

  @Test
  void theThreadsAreOnesForAllDevices() {
    var other =
        new RuntimeSettings(1, false, DeviceSettings.of(new Device(Device.Kind.EMULATED, 99)));
    OnnxRuntime.start(RuntimeSettings.defaults());

    assertThatIllegalStateException()
        .isThrownBy(() -> OnnxRuntime.start(other))
        .withMessageContaining("Threads[count=1, spinning=false]");
  }

  @Test
  void aDeviceRefusesNumbersThatItsKernelsDoNotKnow() {
    var device = EmulatedDevice.runtime().onDevice().orElseThrow();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> device.requireRuns(new Precision.OnDevice(DType.BF16, true)))
        .withMessage("dtype is bf16, must be fp32 on emulated: its kernels know no bf16");
  }
}
