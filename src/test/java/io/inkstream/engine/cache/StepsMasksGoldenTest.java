package io.inkstream.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.tensor.GoldenTensors;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class StepsMasksGoldenTest {
  @Test
  void presetsAreTheLibrarys() {
    var masks = GoldenTensors.json("steps_masks.json").properties();
    assertThat(masks).isNotEmpty();
    masks.forEach(entry -> {
      String[] key = entry.getKey().split("\\.", -1);
      var preset = StepsMaskPreset.valueOf(key[0].toUpperCase(Locale.ROOT));
      var mask = StepsComputationMask.preset(preset, Integer.parseInt(key[1]));
      assertThat(mask.bits()).as(entry.getKey()).isEqualTo(entry.getValue().asText());
    });
  }
}
