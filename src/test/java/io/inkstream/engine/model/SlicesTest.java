package io.inkstream.engine.model;

import static io.inkstream.Floats.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.Floats;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.quantization.Quantization;
import io.inkstream.engine.quantization.QuantizationSettings;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.tensor.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Pictures whose rows several devices share: the same as one device draws.
@Timeout(120)
class SlicesTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final Path TINY21 = Path.of("src/test/resources/goldens/qwen21/tiny21");
  private static final double TOLERANCE = 1e-4;

  // 5 × 7 tokens.
  private static final GenerationRequest ODD =
      GenerationRequest.of("a red fox in the snow").withCanvas(112, 80).withSteps(4);

  @TempDir Path folder;

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private static Runtimes devices(int branches, int slices) {
    return EmulatedDevice.runtimes(new Parallelism(1, branches, slices, 1));
  }

  private static DiffusionPipeline load(ModelFiles files, Runtimes runtimes) {
    return load(files, runtimes, Optional.empty(), Residency.AUTO);
  }

  private static DiffusionPipeline load(
      ModelFiles files,
      Runtimes runtimes,
      Optional<QuantizationSettings> quantization,
      Residency residency) {
    return PipelineLoader.load(
        new ModelSettings(
            files,
            EmulatedDevice.PRECISION,
            Optional.empty(),
            AdapterSettings.NONE,
            quantization,
            residency,
            Cards.ONE),
        runtimes);
  }

  private ModelFiles fourHeads(boolean newer) {
    return FourHeads.of(newer ? TINY21 : TINY, folder.resolve("transformer" + newer));
  }

  private static float[] latents(DiffusionPipeline pipeline, GenerationRequest request) {
    List<float[]> latents = new ArrayList<>();
    for (DrawingEvent event : events(pipeline, request)) {
      if (event instanceof StepMade step) {
        step.latents().forEach(values -> latents.add(values.clone()));
      }
    }
    return Floats.joined(latents);
  }

  private static List<DrawingEvent> events(DiffusionPipeline pipeline, GenerationRequest request) {
    List<DrawingEvent> events = new ArrayList<>();
    pipeline.generate(request, events::add, new CancellationSignal());
    return events;
  }

  @ParameterizedTest
  @CsvSource({"2, false", "4, false", "2, true", "4, true"})
  void lanesDrawWhatOneDeviceDraws(int slices, boolean newer) {
    ModelFiles files = fourHeads(newer);
    float[] whole;
    try (var pipeline = load(files, devices(1, 1))) {
      whole = latents(pipeline, ODD);
    }
    try (var pipeline = load(files, devices(1, slices))) {
      assertClose(latents(pipeline, ODD), whole, TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void bothPartsOfABlockTakeTurnsInASlot(boolean newer) {
    ModelFiles files = fourHeads(newer);
    float[] staying;
    try (var pipeline = load(files, devices(1, 2))) {
      staying = latents(pipeline, ODD);
    }
    var nothingStays = Residency.of(Optional.of(false));
    try (var pipeline = load(files, devices(1, 2), Optional.empty(), nothingStays)) {
      assertThat(latents(pipeline, ODD)).isEqualTo(staying);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void weightsOfEightBitsAreOfBothParts(boolean newer) {
    ModelFiles files = fourHeads(newer);
    var stored =
        Optional.of(
            new QuantizationSettings(Quantization.INT8, folder.resolve("stored"), Long.MAX_VALUE));
    float[] whole;
    try (var pipeline = load(files, devices(1, 1), stored, Residency.AUTO)) {
      whole = latents(pipeline, ODD);
    }
    try (var pipeline = load(files, devices(1, 2), stored, Residency.AUTO)) {
      assertClose(latents(pipeline, ODD), whole, TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void guidanceOnTwoDevicesAndRowsOnTwoEach(boolean newer) {
    ModelFiles files = fourHeads(newer);
    var request = ODD.withGuidance(4, 4);
    float[] whole;
    try (var pipeline = load(files, devices(1, 1))) {
      whole = latents(pipeline, request);
    }
    try (var pipeline = load(files, devices(2, 2))) {
      assertClose(latents(pipeline, request), whole, TOLERANCE);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aCacheDecidesAsOnOneDevice(boolean taylor) {
    ModelFiles files = fourHeads(false);
    var cache =
        CacheDitParams.of(
                Map.of(
                    "residual_diff_threshold",
                    0.9,
                    "max_warmup_steps",
                    2,
                    "enable_taylorseer",
                    taylor))
            .toConfig(10);
    var request = ODD.withGuidance(10, 4).withCache(Optional.of(cache));
    CacheUsed one;
    try (var pipeline = load(files, devices(1, 1))) {
      one = used(pipeline, request);
    }
    try (var pipeline = load(files, devices(1, 4))) {
      var lanes = used(pipeline, request);

      assertThat(lanes.stats().cachedForwards()).isBetween(1, 15);
      for (int i = 0; i < 2; i++) {
        var branch = lanes.stats().branches().get(i);
        var expected = one.stats().branches().get(i);
        assertThat(branch.cachedSteps()).isEqualTo(expected.cachedSteps());
        expected
            .residualDiffs()
            .forEach((step, diff) ->
                assertThat(branch.residualDiffs().get(step)).isCloseTo(diff, within(TOLERANCE)));
      }
    }
  }

  private static CacheUsed used(DiffusionPipeline pipeline, GenerationRequest request) {
    return events(pipeline, request).stream()
        .filter(CacheUsed.class::isInstance)
        .map(CacheUsed.class::cast)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void whatCannotBeSharedOutIsRefusedBeforeAnythingIsLoaded() {
    long before = Subgraph.runs();

    assertThatThrownBy(() -> load(ModelFiles.of(TINY), devices(1, 2)))
        .isInstanceOf(DeviceException.class)
        .hasMessage("ulysses-degree is 2, must divide the model's 3 heads");
    var staged = EmulatedDevice.runtimes(new Parallelism(1, 1, 3, 2));
    assertThatThrownBy(() -> load(ModelFiles.of(TINY), staged))
        .isInstanceOf(DeviceException.class)
        .hasMessage("ulysses-degree is 3, must be 1 where layers are on several cards");
    assertThat(Subgraph.runs()).isEqualTo(before);
  }

  @Test
  void aCancelledPictureLeavesNothingOnAnyLane() {
    try (var pipeline = load(fourHeads(false), devices(2, 2))) {
      var signal = new CancellationSignal();
      var request = ODD.withGuidance(50, 4);

      assertThatThrownBy(() ->
              pipeline.generate(
                  request,
                  event -> {
                    if (event instanceof StepMade) {
                      signal.cancel();
                    }
                  },
                  signal))
          .isInstanceOf(CancelledException.class);
      assertThat(Tensor.open()).isZero();
      assertThat(latents(pipeline, ODD)).isNotEmpty();
    }
  }
}
