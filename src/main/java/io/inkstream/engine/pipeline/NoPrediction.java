package io.inkstream.engine.pipeline;

import io.inkstream.engine.image.Pixels;

/// See [Prediction#NONE].
final class NoPrediction implements Prediction {
  @Override
  public int images() {
    return 0;
  }

  @Override
  public Pixels picture(int image) {
    throw new IndexOutOfBoundsException(image);
  }

  @Override
  public Pixels smallPicture(int image) {
    throw new IndexOutOfBoundsException(image);
  }

  @Override
  public Pixels sketch(int image) {
    throw new IndexOutOfBoundsException(image);
  }
}
