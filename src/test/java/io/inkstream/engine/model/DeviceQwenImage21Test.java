package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.forecast.ForecastParams;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.request.Approximation;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.weights.WeightReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Qwen-Image-2.1 on a device: blocks that two graphs run, prefixes that stay there.
class DeviceQwenImage21Test {
  private static final Path TINY = Path.of("src/test/resources/goldens/qwen21/tiny21");
  private static final int BLOCKS = 4;
  private static final long PLENTY = 1L << 30;
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("a red fox").withCanvas(64, 96).withGuidance(4, 1);

  private final QwenImageSnapshot snapshot = QwenImageSnapshot.open(TINY, Optional.empty());

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private static DeviceRuntime device() {
    return EmulatedDevice.runtime().onDevice().orElseThrow();
  }

  private DiffusionPipeline load(DeviceRuntime device, boolean text, int blocks) {
    return PipelineLoader.load(
        new ModelSettings(TINY, Optional.empty(), EmulatedDevice.PRECISION),
        List.of(device),
        EmulatedDevice.PRECISION,
        GivenPlan.one(snapshot, text, blocks, PLENTY),
        Areas.PUBLISHED);
  }

  private static List<DrawingEvent> events(DiffusionPipeline pipeline, GenerationRequest request) {
    List<DrawingEvent> events = new ArrayList<>();
    pipeline.generate(request, events::add, new CancellationSignal());
    return events;
  }

  private static Object draw(DiffusionPipeline pipeline, GenerationRequest request) {
    return pipeline.generate(request, _ -> {}, new CancellationSignal()).getFirst().pixels();
  }

  @Test
  void theWeightsOfABlockAreThereOnceForTextAndPicture() {
    var device = EmulatedDevice.runtime(121).onDevice().orElseThrow();
    var weights = new WeightReader();
    long block =
        DeviceRuntime.blockBytes(
            WidenedWeight.all(
                weights, snapshot.transformerGraphs(DType.F32).boundBlock(0).weights()));
    long layer =
        DeviceRuntime.blockBytes(
            WidenedWeight.all(
                weights, snapshot.textEncoderGraphs(DType.F32).boundLayer(0).weights()));
    long before = device.weightBytes();

    try (var _ = load(device, true, BLOCKS)) {
      assertThat(device.weightBytes() - before)
          .isEqualTo(block * BLOCKS + layer * snapshotLayers());
    }
  }

  private int snapshotLayers() {
    return snapshot.textEncoderConfig().numHiddenLayers();
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "3, true", "0, true"})
  void blocksThatComeFromFilesDrawTheSamePicture(int resident, boolean cached) {
    var request =
        cached ? REQUEST.withSteps(8).withCache(Optional.of(cache(Map.of()).toConfig(8))) : REQUEST;
    Object whole;
    try (var pipeline = load(device(), true, BLOCKS)) {
      whole = draw(pipeline, request);
    }
    try (var pipeline = load(device(), false, resident)) {
      assertThat(draw(pipeline, request)).isEqualTo(whole);
    }
  }

  @Test
  void aRepeatedPromptCostsNoPrefixAndAnotherScheduleOneRunOfTheTimes() {
    try (var pipeline = load(device(), true, BLOCKS)) {
      draw(pipeline, REQUEST);
      long repeated = runs(pipeline, REQUEST);
      long another =
          runs(pipeline, GenerationRequest.of("x").withCanvas(64, 96).withGuidance(4, 1));
      long forward = 1 + BLOCKS + 1;

      // The text encoder's begin, layers and end, the text's way in, the blocks over the text.
      assertThat(another).isEqualTo(repeated + 1 + snapshotLayers() + 1 + 1 + BLOCKS);
      assertThat(runs(pipeline, REQUEST.withSteps(5))).isEqualTo(repeated + forward + 1);
      assertThat(Tensor.open()).isZero();
    }
  }

  private static long runs(DiffusionPipeline pipeline, GenerationRequest request) {
    long before = Subgraph.runs();
    draw(pipeline, request);
    return Subgraph.runs() - before;
  }

  @Test
  void rememberedPrefixesLeaveTheDeviceForAPictureThatNeedsTheirRoom() {
    var device = EmulatedDevice.runtime(122, OptionalLong.of(PLENTY)).onDevice().orElseThrow();
    var large = REQUEST.withCanvas(256, 256).withSteps(1);
    long needed;
    long weights;
    try (var pipeline = load(device, true, BLOCKS)) {
      weights = device.usedBytes();
      needed =
          new DrawingMemory(snapshot)
              .of(device.device(), DType.F32)
              .of(pipeline.admit(large).load())
              .device();
    }
    var narrow =
        EmulatedDevice.runtime(123, OptionalLong.of(weights + needed)).onDevice().orElseThrow();
    try (var pipeline = load(narrow, true, BLOCKS)) {
      Object small = draw(pipeline, REQUEST);
      long repeated = runs(pipeline, REQUEST);
      draw(pipeline, large);

      assertThat(runs(pipeline, REQUEST)).isGreaterThan(repeated);
      assertThat(draw(pipeline, REQUEST)).isEqualTo(small);
    }
  }

  private static CacheDitParams cache(Map<String, Object> more) {
    Map<String, Object> all =
        new HashMap<>(Map.of("residual_diff_threshold", 10.0, "max_warmup_steps", 2));
    all.putAll(more);
    return CacheDitParams.of(all);
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "1, true"})
  void aCacheReusesBlocksOfThePictureAlone(int lastBlocks, boolean taylor) {
    var config =
        cache(Map.of("Bn_compute_blocks", lastBlocks, "enable_taylorseer", taylor)).toConfig(8);
    var request = REQUEST.withSteps(8).withCache(Optional.of(config));
    try (var pipeline = load(device(), true, BLOCKS)) {
      var used =
          events(pipeline, request).stream()
              .filter(CacheUsed.class::isInstance)
              .map(CacheUsed.class::cast)
              .findFirst()
              .orElseThrow();

      assertThat(used.stats().branches().getFirst().cachedSteps()).isNotEmpty();
    }
  }

  @Test
  void stepsAreForecast() {
    var request =
        REQUEST
            .withSteps(12)
            .withApproximation(new Approximation.Forecast(ForecastParams.ofShare(0.5)));
    try (var pipeline = load(device(), true, BLOCKS)) {
      assertThat(events(pipeline, request)).anyMatch(ForecastUsed.class::isInstance);
    }
  }

  @Test
  void aCancelledDrawingEndsAndLeavesNothing() {
    try (var pipeline = load(device(), true, BLOCKS)) {
      var signal = new CancellationSignal();
      assertThatThrownBy(() ->
              pipeline.generate(
                  REQUEST,
                  event -> {
                    if (event instanceof StepMade) {
                      signal.cancel();
                    }
                  },
                  signal))
          .isInstanceOf(CancelledException.class);
      assertThat(Tensor.open()).isZero();
      draw(pipeline, REQUEST);
    }
  }
}
