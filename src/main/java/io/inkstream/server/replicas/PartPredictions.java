package io.inkstream.server.replicas;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.Prediction;
import java.util.List;
import java.util.function.BiFunction;

/// The pictures of all parts, as each promises its own.
record PartPredictions(List<Prediction> parts) implements Prediction {
  @Override
  public int images() {
    return parts.stream().mapToInt(Prediction::images).sum();
  }

  @Override
  public Pixels picture(int image) {
    return ask(image, Prediction::picture);
  }

  @Override
  public Pixels smallPicture(int image) {
    return ask(image, Prediction::smallPicture);
  }

  @Override
  public Pixels sketch(int image) {
    return ask(image, Prediction::sketch);
  }

  private Pixels ask(int image, BiFunction<Prediction, Integer, Pixels> what) {
    int left = image;
    for (Prediction part : parts) {
      if (left < part.images()) {
        return what.apply(part, left);
      }
      left -= part.images();
    }
    throw new IndexOutOfBoundsException("picture %d of %d".formatted(image, images()));
  }
}
