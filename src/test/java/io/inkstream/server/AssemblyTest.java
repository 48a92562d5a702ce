package io.inkstream.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.runtime.DeviceSettings;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.config.Given;
import io.inkstream.server.config.ModelChoice;
import io.inkstream.server.config.SettingException;
import io.inkstream.server.config.SettingValues;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AssemblyTest {
  private static final SettingValues DMD =
      Given.properties(Map.of("sglang.cache-dit.enabled", "1", "sglang.cache-dit.dmd", "1"));

  @Test
  void aDefaultCacheThatTheDeviceCannotComputeStopsTheStart() {
    assertThatThrownBy(
            () -> new Assembly().cacheDitSettings(DMD, engine(new Device(Device.Kind.CUDA, 0))))
        .isInstanceOf(SettingException.class)
        .hasMessageStartingWith(
            "sglang.cache-dit.dmd (SGLANG_CACHE_DIT_DMD) is 'true', must be false on a device");
    assertThat(new Assembly().cacheDitSettings(DMD, engine(Device.CPU)).enabled()).isTrue();
  }

  private static EngineSettings engine(Device device) {
    return new EngineSettings(
        ModelChoice.of("model"),
        Precision.FAST,
        new RuntimeSettings(0, true, DeviceSettings.of(device)));
  }
}
