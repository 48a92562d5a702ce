package io.inkstream.server.jobs;

import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.hub.PullState;
import io.inkstream.engine.textencoder.PromptMemory;
import io.inkstream.server.jobs.ModelState.Closed;
import io.inkstream.server.jobs.ModelState.Loading;
import io.inkstream.server.jobs.ModelState.Lost;
import io.inkstream.server.jobs.ModelState.Ready;
import io.inkstream.server.jobs.ModelState.Warming;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The place of the one model, which is empty while it loads. Owns what is put in.
public final class ModelSlot implements AutoCloseable {
  private final CompletableFuture<Ready> loaded = new CompletableFuture<>();
  private final CompletableFuture<LostDeviceException> devicesLost = new CompletableFuture<>();
  private ModelState state = new Loading();

  public synchronized ModelState state() {
    return state;
  }

  /// Completes when the model can draw; never if it does not load.
  public CompletionStage<Ready> whenReady() {
    return loaded.minimalCompletionStage();
  }

  /// Completes when all that draw are lost with their devices: only another process can draw again.
  public CompletionStage<LostDeviceException> whenDevicesLost() {
    return devicesLost.minimalCompletionStage();
  }

  /// What of the model comes from the Hub, and how far that is; empty: it is all there.
  public synchronized void pulling(Optional<PullState> pull) {
    if (state instanceof Loading) {
      state = new Loading(pull);
    }
  }

  /// Puts the loaded model in, ready to draw; frees it at once if the slot was closed meanwhile.
  public void put(ImageGenerator generator, Duration loadTime) {
    putCold(generator, loadTime);
    warmedUp();
  }

  /// Puts the loaded model in; it draws, but is not called ready before [#warmedUp].
  public void putCold(ImageGenerator generator, Duration loadTime) {
    if (!load(generator, loadTime)) {
      generator.close();
    }
  }

  /// The model is ready from now on.
  public void warmedUp() {
    Ready ready;
    synchronized (this) {
      if (!(state instanceof Warming warming)) {
        return;
      }
      ready = warming.ready();
      state = ready;
    }
    loaded.complete(ready);
  }

  /// The model draws no more: its files are not what they were, or all its devices are lost.
  ///
  /// @return whether that is news
  public boolean lose(RuntimeException why) {
    boolean news = becomeLost(why);
    if (news && why instanceof LostDeviceException loss) {
      devicesLost.complete(loss);
    }
    return news;
  }

  private synchronized boolean becomeLost(RuntimeException why) {
    ModelState before = state;
    state =
        switch (before) {
          case Ready ready -> new Lost(ready.generator(), ready.loadTime(), why);
          case Warming warming -> new Lost(warming.generator(), warming.loadTime(), why);
          case Loading _, Lost _, Closed _ -> before;
        };
    return state != before;
  }

  private synchronized boolean load(ImageGenerator generator, Duration loadTime) {
    if (state instanceof Loading loading) {
      state = loading.load(generator, loadTime);
      return true;
    }
    return false;
  }

  /// @throws ModelNotReadyException if the model is not there
  public void requireLoaded() {
    var _ = require();
  }

  /// Whether the model is there.
  public boolean canDraw() {
    return switch (state()) {
      case Ready _, Warming _ -> true;
      case Loading _, Lost _, Closed _ -> false;
    };
  }

  /// The model.
  ///
  /// @throws ModelNotReadyException if it cannot draw now
  /// @throws RuntimeException what it was lost for
  ImageGenerator require() {
    return switch (state()) {
      case Ready ready -> ready.generator();
      case Warming warming -> warming.generator();
      case Loading(var pull) ->
          throw new ModelNotReadyException(
              pull.isPresent() ? "the model is being downloaded" : "the model is being loaded");
      case Lost lost -> throw lost.why();
      case Closed closed -> throw new ModelNotReadyException("the server is shutting down");
    };
  }

  /// What the model remembers of prompts; nothing while there is none.
  public PromptMemory promptMemory() {
    return there(state()).map(ImageGenerator::promptMemory).orElse(PromptMemory.NONE);
  }

  /// Those that draw; none while there is no model.
  public List<ReplicaState> replicas() {
    return there(state()).map(ImageGenerator::replicas).orElse(List.of());
  }

  /// Devices of those that draw no more.
  public List<String> lostDevices() {
    return replicas().stream()
        .filter(ReplicaState::isLost)
        .flatMap(replica -> replica.devices().stream())
        .toList();
  }

  /// Whether [#whenDevicesLost] has come; it stays so when the model is freed.
  public boolean hasLostItsDevices() {
    return devicesLost.isDone();
  }

  /// How many jobs are drawn at once without waiting for each other.
  int places() {
    return there(state()).map(ImageGenerator::places).orElse(Integer.MAX_VALUE);
  }

  private static Optional<ImageGenerator> there(ModelState state) {
    return switch (state) {
      case Ready ready -> Optional.of(ready.generator());
      case Warming warming -> Optional.of(warming.generator());
      case Lost lost -> Optional.of(lost.generator());
      case Loading _, Closed _ -> Optional.empty();
    };
  }

  /// Frees the model. Nothing may run in it.
  @Override
  public void close() {
    ModelState before;
    synchronized (this) {
      before = state;
      state = before.close();
    }
    there(before).ifPresent(ImageGenerator::close);
  }
}
