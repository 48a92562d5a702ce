package io.inkstream.engine.pipeline;

import static io.inkstream.engine.request.InvalidRequestException.require;

import io.inkstream.engine.estimate.DrawingPlan;
import io.inkstream.engine.estimate.Given;
import io.inkstream.engine.request.Canvas;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InputPictures;

/// The one picture that image to image and inpainting begin with, and the size that follows from
/// it.
final class StartPicture {
  private StartPicture() {}

  /// @throws io.inkstream.engine.request.InvalidRequestException if a request has none or several,
  ///   or its size is none
  static DrawingPlan plan(GenerationRequest request) {
    var inputs = request.inputs();
    require(
        inputs.pictures().size() == 1,
        "image",
        "a list of " + inputs.pictures().size(),
        "one picture: this model draws one anew, models of Qwen-Image-Edit edit several");
    var sized = inputs.setSize() ? withOwnSize(request, inputs.pictures().getFirst()) : request;
    double strength = inputs.strength().orElse(InputPictures.DEFAULT_STRENGTH);
    return new DrawingPlan(sized, Given.start(inputs), strength);
  }

  /// The picture's own size, made smaller where it has more pixels than the request's canvas.
  private static GenerationRequest withOwnSize(GenerationRequest request, InputPicture picture) {
    double area = (double) picture.width() * picture.height();
    double factor = Math.min(1, Math.sqrt(request.canvas().pixels() / area));
    return request.withCanvas(side(picture.width() * factor), side(picture.height() * factor));
  }

  private static int side(double pixels) {
    return Math.max(Canvas.SHORTEST_SIDE, (int) pixels);
  }
}
