package io.inkstream.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TorchGenerator;
import io.inkstream.engine.transformer.DiffusionTransformer;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.transformer.RunShape;
import io.inkstream.engine.transformer.TransformerParts;
import io.inkstream.engine.transformer.TransformerRun;
import io.inkstream.engine.transformer.TransformerSizes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A transformer whose blocks do not all fit on the device.
class StreamedWeightsTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final Grid GRID = new Grid(4, 4);
  private static final int TEXT = 5;
  private static final float[] TIMESTEPS = {1f, 0.8f, 0.6f, 0.4f, 0.2f, 0.1f};

  private final QwenImageSnapshot snapshot = QwenImageSnapshot.open(TINY, Optional.empty());
  private final DeviceRuntime runtime = EmulatedDevice.runtime().onDevice().orElseThrow();

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"0, false", "1, false", "5, false", "9, false", "5, true", "0, true"})
  void computesTheSameBitsHoweverFewBlocksAreResident(int resident, boolean cached) {
    var cache =
        cached
            ? Optional.of(
                CacheDitParams.of(Map.of("residual_diff_threshold", 0.9, "max_warmup_steps", 1))
                    .toConfig(TIMESTEPS.length))
            : Optional.<DBCacheConfig>empty();
    assertThat(forwards(resident, cache)).isEqualTo(forwards(10, cache));
  }

  @Test
  void aTextEncoderWhoseLayersTakeTurnsGivesTheSameBits() {
    var resident = hiddenStates(true);
    assertThat(resident.stream().distinct().count()).isGreaterThan(resident.size() / 2);
    assertThat(hiddenStates(false)).isEqualTo(resident);
  }

  private List<Float> hiddenStates(boolean resident) {
    var loaded =
        DeviceLoader.load(
            snapshot,
            List.of(runtime),
            Parallelism.NONE,
            EmulatedDevice.PRECISION,
            Residency.AUTO,
            GivenPlan.one(snapshot, resident, 10, 0),
            Optional.empty());
    loaded.decoder().close();
    loaded.encoder().ifPresent(Subgraph::close);
    loaded.lanes().forEach(TransformerParts::close);
    var config = snapshot.textEncoderConfig();
    List<Float> states = new ArrayList<>();
    try (var layers = loaded.textLayers();
        var embeds =
            Tensor.of(
                new TorchGenerator(3).randn(TEXT * config.hiddenSize()),
                TEXT,
                config.hiddenSize());
        var cos =
            Tensor.of(
                new TorchGenerator(4).randn(TEXT * config.headDim() / 2),
                TEXT,
                config.headDim() / 2);
        var sin =
            Tensor.of(
                new TorchGenerator(5).randn(TEXT * config.headDim() / 2),
                TEXT,
                config.headDim() / 2);
        var hidden = Tensor.zeros(TEXT, config.hiddenSize())) {
      layers.run(embeds, List.of(), cos, sin, hidden, new CancellationSignal());
      for (float value : hidden.toArray()) {
        states.add(value);
      }
    }
    return states;
  }

  @Test
  void aCancelLeavesNothing() {
    try (var transformer = transformer(5)) {
      var signal = new CancellationSignal();
      signal.cancel();
      assertThatThrownBy(() -> begin(transformer, Optional.empty(), signal))
          .isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void aForecastThatLooksIntoResidualsIsRefused() {
    var cache = CacheDitParams.of(Map.of("enable_dmd", true)).toConfig(20);
    try (var transformer = transformer(10)) {
      assertThatThrownBy(() -> transformer.requireFits(cache))
          .isInstanceOf(InvalidCacheConfigException.class)
          .hasMessageStartingWith("enable_dmd is true, must be false on a device");
    }
  }

  @Test
  void modulationsOfTheLastSchedulesAreRemembered() {
    try (var transformer = transformer(10)) {
      long runs = 0;
      for (int i = 0; i < 3; i++) {
        long before = Subgraph.runs();
        begin(transformer, Optional.empty(), new CancellationSignal()).close();
        runs = Subgraph.runs() - before;
        assertThat(runs).isEqualTo(i == 0 ? 11 : 0);
        assertThat(Tensor.open()).isZero();
      }
    }
  }

  private List<List<Float>> forwards(int resident, Optional<DBCacheConfig> cache) {
    List<List<Float>> velocities = new ArrayList<>();
    try (var transformer = transformer(resident);
        var run = begin(transformer, cache, new CancellationSignal());
        var embeds = embeds();
        var branch = run.branch(embeds)) {
      for (int step = 0; step < TIMESTEPS.length; step++) {
        float[] latents = new TorchGenerator(step / 2).randn(16 * 64);
        List<Float> velocity = new ArrayList<>();
        for (float value :
            run.forward(BranchName.MAIN, List.of(branch), step, List.of(latents)).getFirst()) {
          velocity.add(value);
        }
        velocities.add(velocity);
      }
    }
    return velocities;
  }

  private Tensor embeds() {
    int joint = snapshot.transformerConfig().jointAttentionDim();
    return Tensor.of(new TorchGenerator(7).randn(TEXT * joint), TEXT, joint);
  }

  private static TransformerRun begin(
      DiffusionTransformer transformer, Optional<DBCacheConfig> cache, CancellationSignal signal) {
    return transformer.begin(new RunShape(GRID, TEXT, 1, 1, cache), TIMESTEPS, signal);
  }

  private DiffusionTransformer transformer(int resident) {
    var loaded =
        DeviceLoader.load(
            snapshot,
            List.of(runtime),
            Parallelism.NONE,
            EmulatedDevice.PRECISION,
            Residency.AUTO,
            GivenPlan.one(snapshot, false, resident, 0),
            Optional.empty());
    loaded.textLayers().close();
    loaded.decoder().close();
    loaded.encoder().ifPresent(Subgraph::close);
    var config = snapshot.transformerConfig();
    return new DiffusionTransformer(
        loaded.lanes().getFirst(),
        new TransformerSizes(
            config.innerDim(), config.inChannels(), config.patchSize(), config.zeroCondT()));
  }
}
