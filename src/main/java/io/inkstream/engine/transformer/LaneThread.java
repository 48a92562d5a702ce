package io.inkstream.engine.transformer;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// The thread that a lane runs on: its caller's where it is the only one, otherwise one of its own,
/// since memory of the host belongs to a thread, and who waits for one card keeps no other waiting.
sealed interface LaneThread {
  /// Begins some work. What it fails with is thrown by whoever asks for its result.
  <T> Supplier<T> begin(Supplier<T> work);

  /// The lane needs it no more, and has nothing left on it.
  void leave();

  /// The caller's: the work is done when this returns, or has failed.
  record Callers() implements LaneThread {
    @Override
    public <T> Supplier<T> begin(Supplier<T> work) {
      T result = work.get();
      return () -> result;
    }

    @Override
    public void leave() {
      // It is the caller's.
    }
  }

  /// One of its own.
  ///
  /// @param left takes it back
  record Own(ExecutorService thread, Consumer<Own> left) implements LaneThread {
    static Own named(String name, Consumer<Own> left) {
      var factory = Thread.ofPlatform().daemon().name(name).factory();
      return new Own(Executors.newSingleThreadExecutor(factory), left);
    }

    @Override
    public <T> Supplier<T> begin(Supplier<T> work) {
      Callable<T> call = work::get;
      Future<T> result = thread.submit(call);
      return () -> joined(result);
    }

    /// Waits whatever happens to the caller: what runs on a card ends by its own signal.
    private static <T> T joined(Future<T> result) {
      boolean interrupted = false;
      try {
        while (true) {
          try {
            return result.get();
          } catch (InterruptedException e) {
            interrupted = true;
          }
        }
      } catch (ExecutionException e) {
        throw rethrown(Objects.requireNonNullElse(e.getCause(), e));
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }

    private static RuntimeException rethrown(Throwable failure) {
      if (failure instanceof Error error) {
        throw error;
      }
      return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    @Override
    public void leave() {
      left.accept(this);
    }

    void end() {
      thread.close();
    }
  }
}
