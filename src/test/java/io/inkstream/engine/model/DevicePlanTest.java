package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.device.EngineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicePlanTest {
  private static final DeviceNeeds NEEDS = new DeviceNeeds(60, 450, 28, 500, 4_000, 5_000);

  @ParameterizedTest
  @CsvSource({
    "80000, true, 60, 50000",
    "50000, true, 60, 50000",
    "49999, false, 60, 37500",
    "37500, false, 60, 37500",
    "37499, false, 56, 37050",
    "24000, false, 27, 24000",
    "11850, false, 0, 11850"
  })
  void firstTheTextEncoderLeavesAndThenBlocks(
      long budget, boolean textEncoder, int resident, long bytes) {
    assertThat(DevicePlan.of(NEEDS, budget))
        .isEqualTo(new DevicePlan(textEncoder, resident, bytes, budget - bytes + 5_000));
  }

  @Test
  void aDeviceThatIsTooSmallIsRefusedByWhatItNeeds() {
    assertThatThrownBy(() ->
            DevicePlan.of(
                new DeviceNeeds(60, 450_000_000, 28, 500_000_000, 4_000_000_000L, 5_000_000_000L),
                8L << 30))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("device-memory is")
        .hasMessageContaining("or more for this model");
  }
}
