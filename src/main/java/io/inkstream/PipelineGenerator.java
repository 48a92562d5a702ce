package io.inkstream;

import io.inkstream.config.EngineSettings;
import io.inkstream.jobs.ImageGenerator;
import io.inkstream.model.ModelSettings;
import io.inkstream.model.PipelineLoader;
import io.inkstream.pipeline.GeneratedImage;
import io.inkstream.pipeline.GenerationRequest;
import io.inkstream.pipeline.QwenImagePipeline;
import io.inkstream.pipeline.StepListener;
import io.inkstream.runtime.CancellationSignal;
import io.inkstream.runtime.OnnxRuntime;
import io.inkstream.weights.HubCache;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The pipeline as the jobs see it.
record PipelineGenerator(QwenImagePipeline pipeline, StepListener watcher)
    implements ImageGenerator {
  /// Loads a model; takes its time.
  ///
  /// @param forecastTable a file of forecast tables beside the model's own
  /// @param watcher hears of every request's steps
  ///
  /// @throws io.inkstream.weights.SnapshotException if the snapshot is not there or damaged
  /// @throws io.inkstream.textencoder.TokenizerException if its tokenizer is damaged
  /// @throws io.inkstream.runtime.EngineException if ONNX Runtime refuses it
  static PipelineGenerator load(
      EngineSettings engine, Optional<Path> forecastTable, StepListener watcher) {
    var path = HubCache.resolve(engine.modelPath(), System.getenv());
    var settings = new ModelSettings(path, engine.vaePath(), engine.weights(), forecastTable);
    var runtime = OnnxRuntime.start(engine.runtime());
    return new PipelineGenerator(PipelineLoader.load(settings, runtime), watcher);
  }

  @Override
  public void admit(GenerationRequest request) {
    var _ = pipeline.admit(request);
  }

  @Override
  public List<GeneratedImage> generate(
      GenerationRequest request, StepListener listener, CancellationSignal signal) {
    return pipeline.generate(request, listener.and(watcher), signal);
  }

  @Override
  public int transformerBlocks() {
    return pipeline.transformer().blocks();
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
