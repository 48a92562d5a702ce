package io.inkstream.jobs;

import io.inkstream.pipeline.GeneratedImage;
import java.time.Duration;
import java.util.List;

/// What a job tells its listener: any number of [Progress], then one of the others, the last.
public sealed interface ImageEvent {
  /// A step was made.
  ///
  /// @param step from 1
  /// @param elapsed since the job was started
  record Progress(int step, int steps, Duration elapsed) implements ImageEvent {}

  /// The pictures are drawn.
  record Completed(List<GeneratedImage> images, Duration elapsed) implements ImageEvent {
    public Completed {
      images = List.copyOf(images);
    }
  }

  /// The job failed.
  record Failed(Throwable cause) implements ImageEvent {}

  /// The job was cancelled.
  record Cancelled() implements ImageEvent {}
}
