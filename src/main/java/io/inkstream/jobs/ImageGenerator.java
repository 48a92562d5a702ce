package io.inkstream.jobs;

import io.inkstream.pipeline.GeneratedImage;
import io.inkstream.pipeline.GenerationRequest;
import io.inkstream.pipeline.StepListener;
import io.inkstream.runtime.CancellationSignal;
import java.util.List;

/// What draws: a loaded pipeline. Any number of threads may use one.
public interface ImageGenerator extends AutoCloseable {
  /// Checks a request before it is queued; must be quick.
  ///
  /// @throws io.inkstream.pipeline.InvalidRequestException if it cannot be drawn
  void admit(GenerationRequest request);

  /// Draws on the calling thread.
  ///
  /// @throws io.inkstream.runtime.CancelledException soon after `signal` was given
  List<GeneratedImage> generate(
      GenerationRequest request, StepListener listener, CancellationSignal signal);

  /// Blocks of its transformer, what a cache saves being counted in them.
  int transformerBlocks();

  /// Frees the model. Nothing may run in it.
  @Override
  void close();
}
