package io.inkstream.server;

import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.model.Placement;
import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.textencoder.PromptMemory;
import io.inkstream.server.config.EngineSettings;
import io.inkstream.server.jobs.ImageGenerator;
import io.inkstream.server.replicas.Replica;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// The pipeline as the jobs see it.
///
/// @param runtimes of the devices that it draws on
record PipelineGenerator(DiffusionPipeline pipeline, Runtimes runtimes) implements ImageGenerator {
  /// Loads a model; takes its time.
  ///
  /// @param replica which of several
  /// @param forecastTable a file of forecast tables beside the model's own
  /// @param adapters of these settings
  /// @param planned is told where the model's parts will lie
  /// @throws io.inkstream.engine.weights.SnapshotException if the snapshot is not there or damaged
  /// @throws io.inkstream.engine.textencoder.TokenizerException if its tokenizer is damaged
  /// @throws io.inkstream.engine.device.EngineException if ONNX Runtime refuses it
  static PipelineGenerator load(
      EngineSettings engine,
      int replica,
      Optional<Path> forecastTable,
      AdapterShelf adapters,
      Consumer<Placement> planned) {
    var settings = engine.toLoad(forecastTable);
    var runtimes = engine.devices(replica);
    return new PipelineGenerator(
        PipelineLoader.load(settings, adapters, runtimes, planned), runtimes);
  }

  /// As one of several.
  Replica replica() {
    return new Replica(this, runtimes.all().stream().map(OnnxRuntime::device).toList());
  }

  @Override
  public Set<Task> tasks() {
    return pipeline.tasks();
  }

  @Override
  public AdmittedRequest admit(GenerationRequest request) {
    try {
      return pipeline.admit(request);
    } catch (EngineException e) { // a refusal says nothing of the device, and asking takes time
      throw lossOr(e);
    }
  }

  @Override
  public <T> List<T> generate(
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    try {
      return pipeline.generate(admitted, listener, signal, finish);
    } catch (CancelledException e) {
      throw e;
    } catch (RuntimeException e) {
      throw lossOr(e);
    }
  }

  /// A lost device fails in many words; only afterwards it can be said what they mean.
  private RuntimeException lossOr(RuntimeException failure) {
    return runtimes.loss().<RuntimeException>map(loss -> because(loss, failure)).orElse(failure);
  }

  private static LostDeviceException because(LostDeviceException loss, RuntimeException failure) {
    loss.addSuppressed(failure);
    return loss;
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
