package io.inkstream.cli.bench;

import io.inkstream.engine.cache.CacheStats;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.engine.pipeline.QwenImagePipeline;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// This engine.
record PipelineSubject(QwenImagePipeline pipeline) implements CacheSubject {
  @Override
  public String name() {
    return "Inkstream";
  }

  @Override
  public CacheDrawing draw(Scene scene, Optional<CacheSetting> cache) {
    var request = scene.request().withCache(cache.map(setting -> setting.at(scene.steps())));
    var stages = new Stages();
    List<GeneratedImage> images = new ArrayList<>();
    var signal = new CancellationSignal();
    Cost cost = Cost.of(() -> images.addAll(pipeline.generate(request, stages, signal)));
    int forwards = scene.steps() * (request.usesTrueCfg() ? 2 : 1);
    int cached = stages.stats == null ? 0 : stages.stats.cachedForwards();
    return new CacheDrawing(
        cost, stages.denoiseCpu(), cached, forwards - cached, images.getFirst().pixels());
  }

  /// When each stage began, in processor seconds.
  private static final class Stages implements Consumer<DrawingEvent> {
    private final Map<Stage, Double> begins = new EnumMap<>(Stage.class);
    private @Nullable CacheStats stats;

    @Override
    public void accept(DrawingEvent event) {
      switch (event) {
        case StageBegan(Stage stage) -> begins.put(stage, Cost.cpuSeconds());
        case CacheUsed used -> stats = used.stats();
        case PromptsRead _, StepMade _, ForecastUsed _ -> {}
      }
    }

    double denoiseCpu() {
      return begins.getOrDefault(Stage.DECODING, 0.0) - begins.getOrDefault(Stage.DENOISING, 0.0);
    }
  }
}
