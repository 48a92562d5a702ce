package io.inkstream.engine.transformer;

import org.jspecify.annotations.Nullable;

/// What has failed where several things are to be done whether others fail or not: the first
/// failure, with the others beside it.
final class Failures {
  private @Nullable RuntimeException first;

  /// @param otherwise what is to be done if it fails
  void heard(Runnable what, Runnable otherwise) {
    try {
      what.run();
    } catch (RuntimeException e) {
      otherwise.run();
      add(e);
    }
  }

  private void add(RuntimeException failure) {
    if (first == null) {
      first = failure;
    } else if (first != failure) {
      first.addSuppressed(failure);
    }
  }

  /// @param undo what is to be done before the failure is thrown, if there is one
  void throwAfter(Runnable undo) {
    if (first != null) {
      undo.run();
      throw first;
    }
  }
}
