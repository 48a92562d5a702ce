package io.inkstream.cli.bench;

import io.inkstream.engine.pipeline.DiffusionPipeline;
import java.util.Optional;

/// This engine.
record PipelineSubject(DiffusionPipeline pipeline) implements Subject {
  static final String NAME = "Inkstream";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Drawing draw(Scene scene, Optional<CacheVariant> cache) {
    var config = cache.map(setting -> setting.at(scene.steps()));
    return Drawing.of(pipeline, scene.request().withCache(config));
  }
}
