package io.inkstream.server;

import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.model.Placement;
import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.GeneratedImage;
import io.inkstream.engine.pipeline.GenerationRequest;
import io.inkstream.engine.pipeline.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.textencoder.PromptMemory;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.jobs.ImageGenerator;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// The pipeline as the jobs see it.
record PipelineGenerator(DiffusionPipeline pipeline) implements ImageGenerator {
  /// Loads a model; takes its time.
  ///
  /// @param forecastTable a file of forecast tables beside the model's own
  /// @param adapters of these settings
  /// @param planned is told where the model's parts will lie
  /// @throws io.inkstream.engine.weights.SnapshotException if the snapshot is not there or damaged
  /// @throws io.inkstream.engine.textencoder.TokenizerException if its tokenizer is damaged
  /// @throws io.inkstream.engine.device.EngineException if ONNX Runtime refuses it
  static PipelineGenerator load(
      EngineSettings engine,
      Optional<Path> forecastTable,
      AdapterShelf adapters,
      Consumer<Placement> planned) {
    var settings = engine.toLoad(forecastTable);
    return new PipelineGenerator(
        PipelineLoader.load(settings, adapters, engine.devices(), planned));
  }

  @Override
  public Set<Task> tasks() {
    return pipeline.tasks();
  }

  @Override
  public AdmittedRequest admit(GenerationRequest request) {
    return pipeline.admit(request);
  }

  @Override
  public <T> List<T> generate(
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    return pipeline.generate(admitted, listener, signal, finish);
  }

  @Override
  public PromptMemory promptMemory() {
    return pipeline.promptMemory();
  }

  @Override
  public void close() {
    pipeline.close();
  }
}
