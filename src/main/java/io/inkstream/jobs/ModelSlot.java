package io.inkstream.jobs;

import io.inkstream.jobs.ModelState.Closed;
import io.inkstream.jobs.ModelState.Loading;
import io.inkstream.jobs.ModelState.Ready;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The place of the one model, which is empty while it loads. Owns what is put in.
public final class ModelSlot implements AutoCloseable {
  private final CompletableFuture<Ready> loaded = new CompletableFuture<>();
  private ModelState state = new Loading();

  public synchronized ModelState state() {
    return state;
  }

  /// Completes when the model can draw; never if it does not load.
  public CompletionStage<Ready> whenReady() {
    return loaded.minimalCompletionStage();
  }

  /// Puts the loaded model in; frees it at once if the slot was closed meanwhile.
  public void put(ImageGenerator generator, Duration loadTime) {
    var ready = new Ready(generator, loadTime);
    if (replaceLoading(ready)) {
      loaded.complete(ready);
    } else {
      generator.close();
    }
  }

  private synchronized boolean replaceLoading(Ready ready) {
    if (state instanceof Loading) {
      state = ready;
      return true;
    }
    return false;
  }

  /// The model.
  ///
  /// @throws ModelNotReadyException if it cannot draw now
  ImageGenerator require() {
    return switch (state()) {
      case Ready ready -> ready.generator();
      case Loading loading -> throw new ModelNotReadyException("the model is being loaded");
      case Closed closed -> throw new ModelNotReadyException("the server is shutting down");
    };
  }

  /// Frees the model. Nothing may run in it.
  @Override
  public void close() {
    ModelState before;
    synchronized (this) {
      before = state;
      state = new Closed();
    }
    if (before instanceof Ready ready) {
      ready.generator().close();
    }
  }
}
