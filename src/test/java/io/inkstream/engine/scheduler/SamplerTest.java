package io.inkstream.engine.scheduler;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.inkstream.Documents;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What every sampler must do; a new one is tested here without a line more.
class SamplerTest {
  @ParameterizedTest
  @EnumSource
  void comesNearerTheSolutionWithMoreSteps(Sampler sampler) {
    // dx/dsigma = x from sigma 1 to 0: x falls to x / e
    double exact = Math.exp(-1);
    double coarse = Math.abs(solve(sampler, 10) - exact);
    double fine = Math.abs(solve(sampler, 40) - exact);
    assertThat(fine).isLessThan(coarse / 3.5);
  }

  private static double solve(Sampler sampler, int steps) {
    Stepper stepper = sampler.stepper();
    float[] x = {1};
    for (int i = 0; i < steps; i++) {
      float sigma = 1 - (float) i / steps;
      float next = 1 - (i + 1f) / steps;
      for (float _ : stepper.evaluations(sigma, next)) {
        stepper.step(x, x.clone(), sigma, next);
      }
    }
    return x[0];
  }

  @ParameterizedTest
  @EnumSource
  void evaluatesEachStepAtItsBeginningFirst(Sampler sampler) {
    assertThat(sampler.stepper().evaluations(0.9f, 0.8f)).startsWith(0.9f);
    assertThat(sampler.evaluations(new float[] {1, 0.7f, 0.2f, 0}))
        .contains(1, 0.7f, 0.2f)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void aPicturesStateIsItsOwn(Sampler sampler) {
    var one = sampler.stepper();
    float[] moved = {1};
    one.step(moved, new float[] {5}, 1, 0.9f);
    float[] first = {1};
    float[] fresh = {1};
    sampler.stepper().step(first, new float[] {1}, 0.9f, 0.8f);
    sampler.stepper().step(fresh, new float[] {1}, 0.9f, 0.8f);
    assertThat(first).isEqualTo(fresh);
  }

  @Test
  void everyStepperIsSomeSamplers() {
    var steppers =
        new ClassFileImporter()
            .importPackages("io.inkstream.engine.scheduler").stream()
                .filter(type -> type.isAssignableTo(Stepper.class) && !type.isInterface())
                .filter(type -> !type.isAnonymousClass())
                .map(JavaClass::getFullName)
                .toList();
    var made =
        Arrays.stream(Sampler.values()).map(one -> one.stepper().getClass().getName()).toList();
    assertThat(steppers).isNotEmpty();
    assertThat(made).containsAll(steppers);
  }

  @Test
  void namesAndTitlesAreDistinct() {
    assertThat(Sampler.names()).startsWith("euler", "ab2").doesNotHaveDuplicates();
    assertThat(Sampler.values()).extracting(Sampler::title).doesNotHaveDuplicates();
    assertThat(Sampler.values())
        .allSatisfy(one -> assertThat(Sampler.named(one.toString())).contains(one));
    assertThat(Sampler.named("EULER")).isEmpty();
  }

  @Test
  void theDocumentHasEverySampler() {
    var rows =
        Arrays.stream(Sampler.values())
            .map(one -> "| `%s` | %s |\n".formatted(one, one.meaning()))
            .collect(joining());
    Documents.assertPart(
        Path.of("docs/forecast.md"), "samplers", "| `sampler` | |\n|---|---|\n" + rows);
  }
}
