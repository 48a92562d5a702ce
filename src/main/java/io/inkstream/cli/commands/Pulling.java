package io.inkstream.cli.commands;

import io.inkstream.cli.progress.PullProgress;
import io.inkstream.engine.hub.HubPull;

/// Fetches from the Hub before a person's eyes. An interruption ends the process; what has come
/// stays.
record Pulling(PullProgress progress) {
  private static final long LOOK = 200;

  void run(HubPull pull) {
    pull.every(LOOK, progress);
    try (pull) {
      pull.configurations();
      pull.weights();
      progress.done(pull.state());
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a command's thread", e);
    } finally {
      progress.clear();
    }
  }
}
