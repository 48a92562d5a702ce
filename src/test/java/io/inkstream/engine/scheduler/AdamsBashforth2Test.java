package io.inkstream.engine.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// Against the same method in numpy (`make_ab2_golden.py`).
class AdamsBashforth2Test {
  private static final File GOLDEN = new File("src/test/resources/goldens/forecast/ab2.json");

  @Test
  void stepsOfAnyLengthsAreNumpys() throws IOException {
    // Given
    JsonNode golden = new ObjectMapper().readTree(GOLDEN);
    float[] sigmas = floats(golden.get("sigmas"));
    float[] sample = floats(golden.get("start"));
    var solver = new AdamsBashforth2();
    for (int i = 0; i < sigmas.length - 1; i++) {
      // When
      solver.step(sample, floats(golden.get("velocities").get(i)), sigmas[i], sigmas[i + 1]);
      // Then
      assertThat(sample)
          .as("step %d", i)
          .containsExactly(floats(golden.get("latents").get(i)), Offset.offset(2e-6f));
    }
  }

  @Test
  void theFirstStepIsEulers() {
    float[] sample = {1, 2};
    float[] euler = {1, 2};
    new AdamsBashforth2().step(sample, new float[] {3, 4}, 1f, 0.9f);
    FlowMatchEulerDiscreteScheduler.step(euler, new float[] {3, 4}, 1f, 0.9f);
    assertThat(sample).isEqualTo(euler);
  }

  @Test
  void aVelocityOfAnotherLengthIsRefused() {
    var solver = new AdamsBashforth2();
    solver.step(new float[2], new float[2], 1, 0.9f);
    assertThatThrownBy(() -> solver.step(new float[2], new float[3], 0.9f, 0.8f))
        .hasMessage("a sample of 2 values has velocities of 3 and 2");
  }

  private static float[] floats(JsonNode node) {
    float[] values = new float[node.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = node.get(i).floatValue();
    }
    return values;
  }
}
