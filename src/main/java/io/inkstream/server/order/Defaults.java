package io.inkstream.server.order;

import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Guidance;
import io.inkstream.engine.request.Trained;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/// What an order is that does not say, beyond what [Field#fallback] says, and the most it may ask.
///
/// @param trained the model, with the steps that the server has in their place
/// @param size the model's or the server's
/// @param mostPixels of one picture
/// @param compression of files; empty: the format's own
/// @param adapters that act where an order does not say, at that moment
/// @param inputs where the pictures are that orders begin with
public record Defaults(
    Trained trained,
    PictureSize size,
    long mostPixels,
    OptionalInt compression,
    SamplingDefaults sampling,
    Supplier<List<AdapterChoice>> adapters,
    InputLibrary inputs) {
  // What such an order says was checked when it was accepted.
  private static final Trained ANY = new Trained(Guidance.DEFAULT, false, true);

  /// Of a model with Qwen-Image's guidance, without adapters, and without pictures to begin with.
  public Defaults(
      int steps,
      PictureSize size,
      long mostPixels,
      OptionalInt compression,
      SamplingDefaults sampling) {
    this(
        Trained.QWEN_IMAGE.withSteps(steps),
        size,
        mostPixels,
        compression,
        sampling,
        List::of,
        InputLibrary.NONE);
  }

  /// For an order that says everything.
  static Defaults none(InputLibrary inputs) {
    return new Defaults(
        ANY,
        new PictureSize(1024, 1024),
        Long.MAX_VALUE,
        OptionalInt.empty(),
        SamplingDefaults.NONE,
        List::of,
        inputs);
  }

  /// An order that says nothing, of an empty prompt.
  Order order() {
    var drawing =
        GenerationRequest.of("")
            .withCanvas(size.width(), size.height())
            .withGuidance(trained.guidance());
    return new Order(drawing, new Output(ImageFormat.PNG, compression), Optional.empty());
  }
}
