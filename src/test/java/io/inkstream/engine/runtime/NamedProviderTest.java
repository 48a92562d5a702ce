package io.inkstream.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.inkstream.Providers;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.StandInCard;
import io.inkstream.engine.tensor.DType;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedProviderTest {
  @ParameterizedTest
  @ValueSource(strings = {"openvino", "migraphx", "tensorrt"})
  void aLibraryWithoutTheProviderNamesTheFileThatIsMissing(String device) {
    // Given
    var settings = Providers.settings(device, Optional.empty(), Map.of(), DType.F32);
    Path core = LibraryFiles.find(DeviceSettings.CPU);

    // Then
    assertThatThrownBy(() -> LibraryFiles.find(settings.deviceSettings()))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "device is %s: %s has no %s; give the folder of ONNX Runtime's libraries for it with"
                + " --onnxruntime-library or INKSTREAM_ONNXRUNTIME_LIBRARY",
            device, core.getParent(), System.mapLibraryName("onnxruntime_providers_shared"));
  }

  @Test
  void aLibraryThatWasBuiltWithoutTheProviderSaysSo() {
    var settings = Providers.settings("coreml", Optional.empty(), Map.of(), DType.F32);
    String version = OnnxRuntime.start(RuntimeSettings.defaults()).version();

    assertThatThrownBy(() -> OnnxRuntime.start(settings))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "device is coreml: ONNX Runtime %s does not load it: CoreML execution provider is not"
                + " supported in this build.",
            version);
  }

  @Test
  void anOptionThatOpenVinoDoesNotHaveIsNamedWithThoseThatItHas() {
    var settings = Providers.settings("openvino", Map.of("threads", "2"), DType.F32);
    var api = OrtLibrary.of(settings).api();

    assertThatThrownBy(() -> NamedProvider.start(api, settings))
        .isInstanceOf(EngineException.class)
        .hasMessageStartingWith(
            "provider-options has \"threads\", must be of openvino's: cache_dir, device_id,");
  }

  @ParameterizedTest
  @ValueSource(strings = {"XPU", "cpu", "GPU.x", "AUTO"})
  void aDeviceThatOpenVinoWouldLeaveToOnnxRuntimeIsRefused(String type) {
    var settings = Providers.settings("openvino", Map.of("device_type", type), DType.F32);
    var api = OrtLibrary.of(settings).api();

    assertThatThrownBy(() -> NamedProvider.start(api, settings))
        .isInstanceOf(EngineException.class)
        .hasMessage(
            "provider-options has device_type \"%s\", must be CPU, GPU, GPU.1 or NPU", type);
  }

  @Test
  void openVinoIsADeviceWhoseTensorsAreTheHosts() {
    var runtime = Providers.openVino();

    assertThat(runtime.device()).hasToString("openvino");
    assertThat(runtime.onDevice()).isEmpty();
    assertThat(runtime.knowsNewOperators()).isFalse();
  }

  @Test
  void migraphXWithoutRocmNamesWhatBringsTheDriversLibrary() {
    var settings = Providers.settings("migraphx", Map.of(), DType.BF16);
    assumeFalse(StandInCard.isAmdInstalled(), "it is installed");

    assertThatThrownBy(() -> OnnxRuntime.start(settings))
        .isInstanceOf(DeviceException.class)
        .hasMessageStartingWith(
            "device is migraphx: no HIP runtime library; install ROCm, or name its folder in"
                + " LD_LIBRARY_PATH: ");
  }

  @Test
  void migraphXWithoutItsOwnLibraryNamesThat() {
    var settings = Providers.settings("migraphx", Map.of(), DType.BF16);
    assumeFalse(StandInCard.isAmdInstalled(), "it is installed");
    var api = OrtLibrary.of(settings).api();

    assertThatThrownBy(() -> MigraphXProvider.start(api, settings))
        .isInstanceOf(EngineException.class)
        .hasMessageMatching(
            "device is migraphx: ONNX Runtime [\\d.]+ does not load it: Failed to load library .*")
        .hasMessageContaining("libmigraphx_c.so");
  }
}
