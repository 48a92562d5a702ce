package io.inkstream.engine.pipeline;

import io.inkstream.engine.device.OutOfDeviceMemoryException;
import io.inkstream.engine.estimate.Load;
import io.inkstream.engine.estimate.MemoryBudget;
import io.inkstream.engine.forecast.ForecastTables;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceRoom.Stay;
import io.inkstream.engine.textencoder.PromptEmbeds;
import io.inkstream.engine.textencoder.PromptEncoder;
import io.inkstream.engine.textencoder.PromptMemory;
import io.inkstream.engine.transformer.DiffusionTransformer;
import io.inkstream.engine.vae.AutoencoderKLQwenImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// A loaded model: admits requests and draws them with that one of its pipelines that each is for,
/// as diffusers' base class of this name. Any number of threads may use one.
public final class DiffusionPipeline implements AutoCloseable {
  private final Components components;
  private final TaskPipelines pipelines;
  private final LatentDecoder decoder;
  private final PipelineForm form;
  private final Admission admission;
  private final Runnable requireUnchanged;
  private final AdapterShelf adapters;

  /// @param form what it is for
  /// @param tables of this model, for forecasts
  /// @param adapters that requests may name
  /// @param memory that there is for a request
  /// @param requireUnchanged throws if the files of the weights are not as they were; asked before
  ///   each request
  public DiffusionPipeline(
      Components components,
      PipelineForm form,
      ForecastTables tables,
      AdapterShelf adapters,
      MemoryBudget memory,
      Runnable requireUnchanged) {
    this.components = components;
    this.form = form;
    this.decoder = new LatentDecoder(components.vae());
    this.pipelines = form.pipelines(components, decoder);
    this.requireUnchanged = requireUnchanged;
    this.admission = new Admission(components, tables, adapters, memory);
    this.adapters = adapters;
  }

  /// The adapters that requests may name.
  public AdapterShelf adapters() {
    return adapters;
  }

  /// What this model can be asked to do.
  public Set<Task> tasks() {
    return pipelines.tasks();
  }

  /// The denoising network.
  public DiffusionTransformer transformer() {
    return components.transformer();
  }

  /// Width of a prompt's embeddings.
  public int textWidth() {
    return components.promptEncoder().width();
  }

  /// From a prompt to its embeddings, or those that are remembered.
  public PromptEmbeds embed(String prompt, CancellationSignal signal) {
    return components.promptEncoder().encode(prompt, PromptEncoder.MAX_SEQUENCE_LENGTH, signal);
  }

  /// What is remembered of the prompts so far.
  public PromptMemory promptMemory() {
    return components.promptEncoder().memory();
  }

  /// The decoder.
  public AutoencoderKLQwenImage vae() {
    return components.vae();
  }

  /// Checks, before any work, that the request's size, cache and forecast go with the model and the
  /// memory.
  ///
  /// @throws io.inkstream.engine.request.InvalidRequestException if not
  public AdmittedRequest admit(GenerationRequest request) {
    return admission.admit(pipelines.of(request).plan(request));
  }

  /// The adapters that act in a request, in a word: as forecast tables have it.
  ///
  /// @param admitted by this pipeline
  public String adapterMark(AdmittedRequest admitted) {
    return admission.adapterMark(admitted.adapters());
  }

  /// Admits a request and draws it.
  ///
  /// @throws io.inkstream.engine.request.InvalidRequestException if it cannot be drawn here
  /// @throws io.inkstream.engine.runtime.CancelledException soon after `signal` was given
  public List<GeneratedImage> generate(
      GenerationRequest request, Consumer<DrawingEvent> listener, CancellationSignal signal) {
    return generate(admit(request), listener, signal);
  }

  /// Draws the request's pictures on the calling thread.
  ///
  /// @param admitted by this pipeline
  /// @throws io.inkstream.engine.request.InvalidRequestException if it takes more memory than there
  ///   is
  /// @throws io.inkstream.engine.device.DeviceBusyException if there is not the memory now
  /// @throws io.inkstream.engine.runtime.CancelledException soon after `signal` was given
  public List<GeneratedImage> generate(
      AdmittedRequest admitted, Consumer<DrawingEvent> listener, CancellationSignal signal) {
    return generate(admitted, listener, signal, picture -> picture);
  }

  /// The same for who makes something of each picture as soon as it is decoded: only that is kept,
  /// so that one picture's pixels are in memory at a time.
  ///
  /// @param finish on the calling thread
  public <T> List<T> generate(
      AdmittedRequest admitted,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    requireUnchanged.run();
    // Which are read already differs between replicas, and may have changed since.
    long adapterBytes = transformer().bytesOf(admitted.adapters());
    Load load = admitted.load().withAdapterBytes(adapterBytes);
    try (var room = admission.memory().take(load)) {
      try {
        return draw(admitted, room, listener, signal, finish);
      } catch (OutOfDeviceMemoryException e) {
        throw admission.memory().failed(load, room, e);
      }
    }
  }

  private <T> List<T> draw(
      AdmittedRequest admitted,
      Stay room,
      Consumer<DrawingEvent> listener,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    var latents = pipelines.of(admitted.request()).draw(admitted, listener, signal);
    listener.accept(new StageBegan(Stage.DECODING));
    return decode(admitted, room, latents, signal, finish);
  }

  /// The denoising of a request of words alone for a caller who leads the latents. The caller
  /// closes it.
  ///
  /// @param admitted by this pipeline
  public Denoising denoise(AdmittedRequest admitted, CancellationSignal signal) {
    var prompts = components.prompts(admitted.request(), signal);
    return new Denoising(components, admitted, prompts, Conditions.NONE, signal);
  }

  /// The first latents of the pictures of a request of words alone, packed `[tokens, features]`.
  public List<float[]> noise(AdmittedRequest admitted) {
    return components.noise(admitted);
  }

  /// The room is another's when the last picture is to be finished.
  private <T> List<T> decode(
      AdmittedRequest admitted,
      Stay room,
      List<float[]> latents,
      CancellationSignal signal,
      Function<GeneratedImage, T> finish) {
    var request = admitted.request();
    List<T> finished = new ArrayList<>();
    for (int i = 0; i < latents.size(); i++) {
      signal.throwIfCancelled();
      var pixels = decoder.decode(latents.get(i), admitted.size(), signal);
      int image = admitted.first() + i;
      var prompt = request.promptOf(image);
      var seed = request.draws().seedOf(image);
      if (i + 1 == latents.size()) {
        room.close();
      }
      finished.add(finish.apply(new GeneratedImage(image, prompt, seed, pixels)));
    }
    return finished;
  }

  @Override
  public void close() {
    components.close();
    form.close();
  }
}
