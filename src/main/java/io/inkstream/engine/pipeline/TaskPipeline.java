package io.inkstream.engine.pipeline;

import io.inkstream.engine.estimate.DrawingPlan;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.List;
import java.util.function.Consumer;

/// One of diffusers' pipelines for Qwen-Image, to the last latents; decoding them is the same for
/// all.
sealed interface TaskPipeline
    permits QwenImagePipeline,
        QwenImage21Pipeline,
        QwenImage21EditPipeline,
        QwenImageImg2ImgPipeline,
        QwenImageInpaintPipeline,
        QwenImageEditPipeline,
        QwenImageEditPlusPipeline {
  /// What it is for.
  Task task();

  /// What drawing a request comes to.
  ///
  /// @throws io.inkstream.engine.request.InvalidRequestException if this is not the pipeline for it
  DrawingPlan plan(GenerationRequest request);

  /// The last latents of the request's pictures, packed `[tokens, 4 z]`.
  ///
  /// @throws io.inkstream.engine.runtime.CancelledException soon after `signal` was given
  List<float[]> draw(
      AdmittedRequest admitted, Consumer<DrawingEvent> listener, CancellationSignal signal);
}
