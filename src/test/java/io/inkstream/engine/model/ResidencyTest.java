package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Percentage.withPercentage;

import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.RuntimeSettings;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Precision;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Parts of a model that stay where it runs, and parts that do not.
class ResidencyTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final OnnxRuntime HOST = OnnxRuntime.start(RuntimeSettings.defaults());
  private static final int DEVICE = 310;

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private static Residency residency(boolean text, boolean vae, double blocks, boolean pinned) {
    return new Residency(
        Optional.of(text),
        Optional.empty(),
        Optional.of(vae),
        Optional.of(new ResidentLayers(blocks)),
        pinned);
  }

  private static ModelSettings settings(Precision precision, Residency residency) {
    return new ModelSettings(
        ModelFiles.of(TINY),
        precision,
        Optional.empty(),
        AdapterSettings.NONE,
        Optional.empty(),
        residency,
        Cards.ONE);
  }

  private static DeviceRuntime device(int ordinal) {
    return EmulatedDevice.runtime(ordinal, OptionalLong.of(1 << 30)).onDevice().orElseThrow();
  }

  private static int draw(DiffusionPipeline pipeline) {
    var request = GenerationRequest.of("two apples").withCanvas(64, 64).withSteps(2);
    var images = pipeline.generate(request, event -> {}, new CancellationSignal());
    return images.getFirst().pixels().hashCode();
  }

  private static int drawn(OnnxRuntime runtime, Precision precision, Residency residency) {
    try (var pipeline = PipelineLoader.load(settings(precision, residency), runtime)) {
      int first = draw(pipeline);
      assertThat(draw(pipeline)).isEqualTo(first);
      return first;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "false, true, 10, false",
    "false, true, 10, true",
    "true, false, 10, false",
    "true, true, 3, false",
    "true, true, 0.5, true",
    "false, false, 0, true"
  })
  void whereverThePartsLieThePictureIsTheSame(
      boolean text, boolean vae, double blocks, boolean pinned) {
    var residency = residency(text, vae, blocks, pinned);
    var emulated = EmulatedDevice.PRECISION;
    assertThat(drawn(device(DEVICE), emulated, residency))
        .isEqualTo(drawn(device(DEVICE), emulated, Residency.AUTO));
    if (!pinned) {
      assertThat(drawn(HOST, Precision.FAST, residency))
          .isEqualTo(drawn(HOST, Precision.FAST, Residency.AUTO));
    }
  }

  @Test
  void whatDoesNotStayTakesNoMemoryOfTheDeviceWhenNobodyDraws() {
    long all = idle(Residency.of(Optional.of(true)));
    long withoutText = idle(residency(false, true, 10, false));
    long withoutBlocks = idle(residency(true, true, 0, true));
    var needs =
        DeviceNeeds.of(
            QwenImageSnapshot.open(TINY, Optional.empty()),
            EmulatedDevice.PRECISION.element(),
            device(DEVICE).device().kind());

    assertThat(all - withoutText)
        .isCloseTo(
            (needs.textLayers() - DeviceRuntime.turns()) * needs.textLayer(), withPercentage(1));
    assertThat(all - withoutBlocks)
        .isCloseTo((needs.blocks() - DeviceRuntime.turns()) * needs.block(), withPercentage(1));
  }

  @Test
  void theVaeIsOpenWhileItRunsAlone() {
    long stays = sessions(residency(true, true, 10, false));
    assertThat(sessions(residency(true, false, 10, false))).isEqualTo(stays - 2);
  }

  /// Open sessions after a picture.
  private static long sessions(Residency residency) {
    try (var pipeline =
        PipelineLoader.load(settings(EmulatedDevice.PRECISION, residency), device(DEVICE))) {
      draw(pipeline);
      return Subgraph.open();
    }
  }

  /// Bytes of the device after a picture.
  private static long idle(Residency residency) {
    var device = device(DEVICE);
    try (var pipeline =
        PipelineLoader.load(settings(EmulatedDevice.PRECISION, residency), device)) {
      draw(pipeline);
      return device.weightBytes();
    }
  }

  @Test
  void thePlanIsToldBeforeAnythingIsLoaded() {
    List<String> lines = new ArrayList<>();
    var device = device(DEVICE);
    PipelineLoader.load(
            settings(EmulatedDevice.PRECISION, residency(false, true, 3, true)),
            AdapterSettings.NONE.shelf(),
            Runtimes.of(device),
            plan -> {
              assertThat(Subgraph.open()).isZero();
              plan.lines().forEach(lines::add);
            })
        .close();
    assertThat(lines)
        .anyMatch(line ->
            line.matches(
                "emulated on the processor: transformer: .* 3 of 10 blocks stay, the others come"
                    + " from page-locked memory at each forward, as asked"))
        .anyMatch(line ->
            line.matches(
                ".* text encoder: .* comes from page-locked memory for each new prompt, as asked"))
        .anyMatch(line -> line.matches(".* vae: .* stays, as asked"))
        .anyMatch(line -> line.matches(".* together: .* of 1.1 GB that may be used"));
  }

  @Test
  void thePlanOfTheProcessorTellsWhatIsInMemory() {
    List<String> lines = new ArrayList<>();
    PipelineLoader.load(
            settings(Precision.FAST, residency(false, true, 3, false)),
            AdapterSettings.NONE.shelf(),
            Runtimes.of(HOST),
            plan -> plan.lines().forEach(lines::add))
        .close();
    assertThat(lines)
        .anyMatch(line ->
            line.matches(
                "cpu: the transformer's blocks: .* 3 of 10 in memory, the others left in files, as"
                    + " asked"))
        .anyMatch(line -> line.matches("cpu: text encoder: .* left in files, as asked"))
        .anyMatch(line -> line.matches("cpu: vae: .* in memory, as asked"));
  }

  @Test
  void weightsForWhichTheProcessorHasNoMemoryAreRefusedBeforeTheyAreLoaded() {
    var snapshot = QwenImageSnapshot.open(TINY, Optional.empty());
    var plan = HostPlan.of(snapshot, Precision.FAST, Residency.AUTO);
    plan.requireFits(OptionalLong.of(plan.bytes()));
    plan.requireFits(OptionalLong.empty());
    assertThatThrownBy(() -> plan.requireFits(OptionalLong.of(plan.bytes() - 1)))
        .isInstanceOf(DeviceException.class)
        .hasMessageStartingWith("weights is fast: they take ")
        .hasMessageEndingWith(" that are available; low-memory leaves them in their files");
    assertThat(HostPlan.of(snapshot, Precision.LOW_MEMORY, Residency.AUTO).bytes())
        .isLessThan(plan.bytes() / 2);
  }
}
