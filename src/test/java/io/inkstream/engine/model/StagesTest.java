package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.estimate.DeviceDuty;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.EditSettings.Areas;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InvalidRequestException;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.ModelFiles;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TorchGenerator;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.transformer.RunShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A model whose layers several devices share.
class StagesTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final ModelFiles FILES = ModelFiles.of(TINY, Optional.empty());
  private static final Grid GRID = new Grid(4, 4);
  private static final int IMAGE = 16;
  private static final int TEXT = 5;
  private static final float[] TIMES = {1f, 0.8f, 0.6f, 0.4f};
  private static final GenerationRequest REQUEST =
      GenerationRequest.of("two apples").withCanvas(64, 64).withGuidance(3, 4);

  private final QwenImageSnapshot snapshot = QwenImageSnapshot.open(FILES);

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private static ModelSettings settings() {
    return settings(Residency.AUTO, Cards.ONE);
  }

  private static ModelSettings settings(Residency residency, Cards cards) {
    return new ModelSettings(
        FILES,
        EmulatedDevice.PRECISION,
        Optional.empty(),
        AdapterSettings.NONE,
        Optional.empty(),
        residency,
        cards);
  }

  private static Object draw(DiffusionPipeline pipeline) {
    return pipeline.generate(REQUEST, _ -> {}, new CancellationSignal()).getFirst().pixels();
  }

  private static long across(List<DeviceRuntime> devices) {
    return devices.stream().mapToLong(device -> device.copies().acrossBytes()).sum();
  }

  private long bytes(int rows) {
    return (long) rows * snapshot.transformerConfig().innerDim() * Float.BYTES;
  }

  /// What crosses at each forward of one picture, and what the cache decided.
  private List<Long> crossings(int stages, Optional<DBCacheConfig> cache, List<String> decisions) {
    var devices = StagedModel.devices(stages);
    List<Long> crossings = new ArrayList<>();
    var shape = new RunShape(GRID, TEXT, 1, 1, cache);
    int joint = snapshot.transformerConfig().jointAttentionDim();
    try (var pipeline = StagedModel.load(settings(), stages);
        var run = pipeline.transformer().begin(shape, TIMES, new CancellationSignal());
        var embeds = Tensor.of(new TorchGenerator(7).randn(TEXT * joint), TEXT, joint);
        var branch = run.branch(embeds)) {
      for (int step = 0; step < TIMES.length; step++) {
        long before = across(devices);
        var latents = new TorchGenerator(3).randn(IMAGE * run.channels());
        var begun = run.begin(BranchName.MAIN, List.of(branch), step, List.of(latents));
        begun.velocities().forEach(velocity -> assertThat(velocity.get()).isNotEmpty());
        begun.decision().get().map(CacheDecision::outcome).ifPresent(decisions::add);
        crossings.add(across(devices) - before);
      }
    }
    return crossings;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void bothStreamsCrossWhereAStageEndsAndNothingElseDoes(int stages) {
    assertThat(crossings(stages, Optional.empty(), new ArrayList<>()))
        .hasSize(TIMES.length)
        .containsOnly((stages - 1) * bytes(IMAGE + TEXT));
  }

  /// Computed: over, back to be compared, and the picture's once more to where it comes out.
  /// Reused: only that. The first blocks run on the first stage, and no last ones.
  @Test
  void aCacheComparesOnTheFirstStage() {
    var cache =
        CacheDitParams.of(Map.of("residual_diff_threshold", 10.0, "max_warmup_steps", 2))
            .toConfig(TIMES.length);
    List<String> decisions = new ArrayList<>();
    long computed = 3 * bytes(IMAGE) + 2 * bytes(TEXT);
    long reused = bytes(IMAGE);

    assertThat(crossings(2, Optional.of(cache), decisions))
        .containsExactly(computed, computed, reused, reused);
    assertThat(decisions.get(1)).isNotEqualTo(decisions.get(2));
  }

  @Test
  void twoDevicesHoldWhatNeitherHoldsAlone() {
    var all = settings(Residency.of(Optional.of(true)), Cards.ONE);
    var two = StagedModel.narrow(snapshot, 610);
    Object whole;
    try (var pipeline = PipelineLoader.load(settings(), EmulatedDevice.runtime())) {
      whole = draw(pipeline);
    }

    for (var alone : two.all()) {
      assertThatThrownBy(() -> PipelineLoader.load(all, alone))
          .isInstanceOf(DeviceException.class)
          .hasMessageStartingWith("device-memory is ");
    }
    List<String> lines = new ArrayList<>();
    try (var pipeline =
        PipelineLoader.load(
            all, all.adapters().shelf(), two, plan -> plan.lines().forEach(lines::add))) {
      assertThat(draw(pipeline)).isEqualTo(whole);
    }
    assertThat(lines)
        .anyMatch(line -> line.matches("emulated:610, .*: transformer: .*, blocks 0 to 4 stay.*"))
        .anyMatch(line -> line.matches("emulated:611, .*: transformer: .*, blocks 5 to 9 stay.*"))
        .anyMatch(line -> line.matches("emulated:61[01], .*: text encoder: .*stays, as asked"))
        .filteredOn(line -> line.contains(": vae: "))
        .hasSize(1);
  }

  @Test
  void blocksThatFitNowhereComeFromTheHostAndDrawTheSamePicture() {
    Object whole;
    try (var pipeline = StagedModel.load(settings(), 2)) {
      whole = draw(pipeline);
    }
    int blocks = StagedModel.needs(snapshot).blocks();
    var cards =
        List.of(
            new CardPlan(new DeviceDuty(3, true, true, false), 3, 3, true, 0, 1L << 40),
            new CardPlan(
                new DeviceDuty(blocks - 3, true, false, true),
                2,
                StagedModel.needs(snapshot).textLayers() - 3,
                false,
                0,
                1L << 40));
    try (var pipeline =
        PipelineLoader.load(
            settings(),
            StagedModel.devices(2),
            EmulatedDevice.PRECISION,
            new DevicePlan(cards),
            Areas.PUBLISHED)) {
      assertThat(draw(pipeline)).isEqualTo(whole);
    }
  }

  @Test
  void theTextEncoderIsPlacedOnAsManyDevicesAsIsAsked() {
    var runtimes = StagedModel.runtimes(620, 1L << 40, 1L << 40, 1L << 40);
    var cards = new Cards(runtimes.parallelism(), 3);
    List<String> lines = new ArrayList<>();
    var settings = settings(Residency.AUTO, cards);
    try (var pipeline =
        PipelineLoader.load(
            settings,
            settings.adapters().shelf(),
            runtimes,
            plan -> plan.lines().forEach(lines::add))) {
      assertThat(draw(pipeline)).isNotNull();
    }
    assertThat(lines)
        .filteredOn(
            line -> line.matches("emulated:62[0-2], .*: text encoder: .*, layers . to . stay"))
        .hasSize(3);
  }

  @Test
  void picturesAtOnceAreDrawnAsOneAfterTheOther() throws Exception {
    try (var pipeline = StagedModel.load(settings(), 2);
        var threads = Executors.newFixedThreadPool(3)) {
      Object alone = draw(pipeline);
      List<Callable<Object>> three = Collections.nCopies(3, () -> draw(pipeline));

      for (var picture : threads.invokeAll(three)) {
        assertThat(picture.get()).isEqualTo(alone);
      }
    }
  }

  @Test
  void aCancelledPictureFreesAllDevices() {
    var devices = StagedModel.devices(3);
    try (var pipeline = StagedModel.load(settings(), 3)) {
      Object whole = draw(pipeline);
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
      assertThat(draw(pipeline)).isEqualTo(whole);
    }
    assertThat(devices).allSatisfy(device -> assertThat(device.weightBytes()).isZero());
  }

  @Test
  void aPictureThatIsTooLargeForOneOfItsDevicesIsRefusedByThat() {
    try (var pipeline = PipelineLoader.load(settings(), StagedModel.narrow(snapshot, 630))) {
      assertThatThrownBy(() -> pipeline.admit(REQUEST.withCanvas(2048, 2048)))
          .isInstanceOf(InvalidRequestException.class)
          .hasMessageMatching(
              "size is 2048x2048: drawing it takes about .* GB of emulated:63[01]'s memory, .* are"
                  + " free");
    }
  }
}
