package io.inkstream.server.jobs;

import io.inkstream.engine.image.Picture;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.Prediction;
import java.util.List;
import java.util.stream.IntStream;

/// How pictures on the way are looked at.
public enum View {
  /// [Prediction#sketch]: costs next to nothing.
  SKETCH,
  /// [Prediction#smallPicture]: decoded only for a part of the time, however many ask.
  SMALL,
  /// [Prediction#picture]: takes as long as a finished picture.
  WHOLE;

  /// Decodes; only in a listener's call.
  List<Picture> of(Prediction prediction) {
    return IntStream.range(0, prediction.images())
        .mapToObj(image -> new Picture(pixels(prediction, image)))
        .toList();
  }

  private Pixels pixels(Prediction prediction, int image) {
    return switch (this) {
      case SKETCH -> prediction.sketch(image);
      case SMALL -> prediction.smallPicture(image);
      case WHOLE -> prediction.picture(image);
    };
  }
}
