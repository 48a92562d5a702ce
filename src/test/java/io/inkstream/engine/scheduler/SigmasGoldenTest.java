package io.inkstream.engine.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.Goldens;
import io.inkstream.engine.tensor.GoldenTensors;
import java.util.List;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class SigmasGoldenTest {
  @Test
  void sigmasOfTheRealSizesEqualDiffusersToTheBit() {
    FlowMatchConfig config = snapshotConfig();
    JsonNode entries = GoldenTensors.json("sigmas.json");
    assertThat(entries.size()).isPositive();
    for (JsonNode entry : entries) {
      // Given
      String name = entry.get("width") + "x" + entry.get("height") + " " + entry.get("steps");
      int tokens = entry.get("image_seq_len").asInt();
      // When
      Schedule schedule =
          new FlowMatchEulerDiscreteScheduler(config).schedule(entry.get("steps").asInt(), tokens);
      // Then
      assertThat(config.mu(tokens)).as(name).isEqualTo(entry.get("mu").asDouble());
      assertThat(schedule.sigmas()).as(name).isEqualTo(floats(entry.get("sigmas")));
      assertThat(timesteps(schedule)).as(name).isEqualTo(floats(entry.get("timesteps")));
    }
  }

  @Test
  void sigmasOfEveryCaseEqualDiffusersToTheBit() {
    FlowMatchEulerDiscreteScheduler scheduler =
        new FlowMatchEulerDiscreteScheduler(snapshotConfig());
    List<JsonNode> cases = GoldenTensors.cases();
    Goldens.assumeRecorded(cases);
    for (JsonNode golden : cases) {
      // Given
      String name = golden.get("case").get("name").asText();
      GoldenTensors tensors = GoldenTensors.open(name);
      JsonNode image = golden.get("img_shapes").get(0).get(0);
      // When
      Schedule schedule =
          scheduler.schedule(
              golden.get("case").get("steps").asInt(), image.get(1).asInt() * image.get(2).asInt());
      // Then
      assertThat(schedule.sigmas()).as(name).isEqualTo(tensors.floats("sigmas"));
      assertThat(timesteps(schedule)).as(name).isEqualTo(tensors.floats("timesteps"));
    }
  }

  private static FlowMatchConfig snapshotConfig() {
    JsonNode json = GoldenTensors.snapshot("scheduler/scheduler_config.json");
    JsonNode terminal = json.path("shift_terminal");
    return new FlowMatchConfig(
        json.get("base_shift").asDouble(),
        json.get("max_shift").asDouble(),
        json.get("base_image_seq_len").asInt(),
        json.get("max_image_seq_len").asInt(),
        terminal.isNumber() ? OptionalDouble.of(terminal.asDouble()) : OptionalDouble.empty(),
        json.get("use_dynamic_shifting").asBoolean(),
        TimeShiftType.named(json.get("time_shift_type").asText()).orElseThrow(),
        json.get("shift").asDouble(),
        json.get("num_train_timesteps").asInt());
  }

  private static float[] floats(JsonNode numbers) {
    float[] values = new float[numbers.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) numbers.get(i).asDouble();
    }
    return values;
  }

  static float[] timesteps(Schedule schedule) {
    float[] timesteps = new float[schedule.steps()];
    for (int i = 0; i < timesteps.length; i++) {
      timesteps[i] = schedule.timestep(schedule.sigmas()[i]);
    }
    return timesteps;
  }
}
