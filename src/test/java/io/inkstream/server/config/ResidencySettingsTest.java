package io.inkstream.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.model.Residency;
import io.inkstream.engine.model.ResidentLayers;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResidencySettingsTest {
  private static final Device CARD = Device.named("cuda");

  private static Residency read(Device device, String... given) {
    Map<String, String> values = new HashMap<>();
    for (String one : given) {
      String[] pair = one.split("=");
      values.put("inkstream." + pair[0], pair[1]);
    }
    return ResidencySettings.from(Given.properties(values), device, Parallelism.NONE);
  }

  @Test
  void whatFitsStaysWhereSeveralCardsShareTheLayersToSaveMemory() {
    var values =
        Given.properties(
            Map.of("inkstream.performance-mode", "memory", "inkstream.vae-cpu-offload", "true"));
    var shared = ResidencySettings.from(values, CARD, new Parallelism(1, 1, 1, 2));

    assertThat(shared.vae()).contains(false);
    assertThat(shared.transformer()).isEmpty();
    assertThat(shared.textEncoder()).isEmpty();
  }

  @Test
  void whatFitsStaysUnlessSomebodySaysOtherwise() {
    assertThat(read(CARD)).isEqualTo(Residency.AUTO);
    assertThat(read(CARD, "performance-mode=auto")).isEqualTo(Residency.AUTO);
    assertThat(read(CARD, "performance-mode=manual")).isEqualTo(Residency.AUTO);
  }

  @Test
  void aModeSpeaksForThePartsOfWhichNothingIsSaid() {
    assertThat(read(CARD, "performance-mode=speed"))
        .isEqualTo(Residency.of(Optional.of(true)))
        .extracting(Residency::transformer)
        .isEqualTo(Optional.of(ResidentLayers.ALL));
    var memory =
        read(CARD, "performance-mode=memory", "vae-cpu-offload=false", "pin-cpu-memory=true");
    assertThat(memory)
        .isEqualTo(
            new Residency(
                Optional.of(false),
                Optional.of(false),
                Optional.of(true),
                Optional.of(ResidentLayers.NONE),
                true));
  }

  @ParameterizedTest
  @CsvSource({
    "dit-cpu-offload=true, 0",
    "dit-layerwise-offload=true, 0",
    "dit-layerwise-resident-layers=0.5, 0.5",
    "dit-layerwise-resident-layers=12, 12",
    "dit-cpu-offload=false, 2147483647"
  })
  void blocksStayByTheirNumber(String given, double amount) {
    assertThat(read(CARD, given).transformer()).contains(new ResidentLayers(amount));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cuda | performance-mode=speed | weights=low-memory | inkstream.performance-mode (INKSTREAM_PERFORMANCE_MODE) is 'speed', must be auto, manual or memory where weights are low-memory
          cuda | dit-layerwise-offload=false | dit-layerwise-resident-layers=3 | inkstream.dit-layerwise-offload (INKSTREAM_DIT_LAYERWISE_OFFLOAD) is 'false', must be true where dit-layerwise-resident-layers says how many blocks stay
          cpu | pin-cpu-memory=true | vae-cpu-offload=true | inkstream.pin-cpu-memory (INKSTREAM_PIN_CPU_MEMORY) is 'true', must be false on cpu, where no weights come to a card in turn
          cuda | dit-layerwise-resident-layers=-1 | vae-cpu-offload=true | inkstream.dit-layerwise-resident-layers (INKSTREAM_DIT_LAYERWISE_RESIDENT_LAYERS) is '-1', must be a number of blocks, or a share of them below 1
          cuda | dit-layerwise-resident-layers=nan | vae-cpu-offload=true | inkstream.dit-layerwise-resident-layers (INKSTREAM_DIT_LAYERWISE_RESIDENT_LAYERS) is 'nan', must be a number of blocks, or a share of them below 1
          """)
  void whatContradictsItselfIsRefused(String device, String one, String other, String why) {
    assertThatThrownBy(() -> read(Device.named(device), one, other))
        .isInstanceOf(SettingException.class)
        .hasMessage(why);
  }
}
