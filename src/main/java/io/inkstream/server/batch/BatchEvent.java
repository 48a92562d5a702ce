package io.inkstream.server.batch;

/// What happens to batches, for who counts it.
public sealed interface BatchEvent {
  /// A request is done.
  ///
  /// @param well whether it was drawn
  record LineDone(boolean well) implements BatchEvent {}

  /// Nothing more happens to a batch.
  record Ended(Batch batch) implements BatchEvent {}
}
