package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.estimate.DeviceDuty;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DevicePlanTest {
  private static final DeviceNeeds NEEDS =
      new DeviceNeeds(60, 450, 28, 500, 300, 700, 1_000, 2_000, _ -> 5_000);
  private static final DeviceNeeds GIGABYTES =
      new DeviceNeeds(
          60,
          450_000_000,
          28,
          500_000_000,
          0,
          1_000_000_000,
          1_000_000_000,
          2_000_000_000,
          _ -> 5_000_000_000L);

  private static DevicePlan whole(boolean text, int resident, long bytes, long budget) {
    var duty = DeviceDuty.all(60);
    return new DevicePlan(
        List.of(new CardPlan(duty, resident, 28, text, bytes, budget - bytes + 5_000)));
  }

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
    assertThat(DevicePlan.of(NEEDS, Residency.AUTO, budget))
        .isEqualTo(whole(textEncoder, resident, bytes, budget));
  }

  @Test
  void aDeviceThatIsTooSmallIsRefusedByWhatItNeeds() {
    assertThatThrownBy(() -> DevicePlan.of(GIGABYTES, Residency.AUTO, 8L << 30))
        .isInstanceOf(EngineException.class)
        .hasMessageContaining("device-memory is")
        .hasMessageContaining("or more for this model");
  }

  private static Residency asked(@Nullable Boolean text, @Nullable Double blocks) {
    return new Residency(
        Optional.ofNullable(text),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(blocks).map(ResidentLayers::new),
        false);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "80000, false, -, false, 60, 37500",
        "80000, -, 20, true, 20, 33350",
        "80000, -, 0.5, true, 30, 37850",
        "80000, false, 0, false, 0, 11850",
        "80000, true, 1000, true, 60, 50000",
        "30000, true, -, true, 12, 29750",
        "30000, -, 20, false, 20, 20850",
        "12000, false, 0, false, 0, 11850"
      })
  void whatIsAskedForIsKept(
      long budget,
      @Nullable Boolean text,
      @Nullable Double blocks,
      boolean textEncoder,
      int resident,
      long bytes) {
    assertThat(DevicePlan.of(NEEDS, asked(text, blocks), budget))
        .isEqualTo(whole(textEncoder, resident, bytes, budget));
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "true, -, 'must be 24.4 GB or more for this model, if its text encoder must stay'",
        "-, 40, 'must be 29.9 GB or more for this model, if 40 blocks must stay'",
        "true, 60, 'must be 50.0 GB or more for this model, if its text encoder and 60 blocks must"
            + " stay'",
        "-, 0, 'must be 11.9 GB or more for this model'"
      })
  void whatIsAskedForAndDoesNotFitIsRefusedByWhatItNeeds(
      @Nullable Boolean text, @Nullable Double blocks, String why) {
    assertThatThrownBy(() -> DevicePlan.of(GIGABYTES, asked(text, blocks), 10_000_000_000L))
        .isInstanceOf(EngineException.class)
        .hasMessage("device-memory is 10.0 GB, " + why);
  }
}
