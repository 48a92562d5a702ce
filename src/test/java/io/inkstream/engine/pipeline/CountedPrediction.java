package io.inkstream.engine.pipeline;

import io.inkstream.engine.image.Pixels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Of black pictures; writes down what is asked of it.
public final class CountedPrediction implements Prediction {
  private final int images;
  private final List<String> asked = Collections.synchronizedList(new ArrayList<>());

  public CountedPrediction(int images) {
    this.images = images;
  }

  /// What was decoded so far.
  public List<String> asked() {
    return List.copyOf(asked);
  }

  @Override
  public int images() {
    return images;
  }

  @Override
  public Pixels picture(int image) {
    return pixels("picture " + image);
  }

  @Override
  public Pixels smallPicture(int image) {
    return pixels("small " + image);
  }

  @Override
  public Pixels sketch(int image) {
    return pixels("sketch " + image);
  }

  private Pixels pixels(String what) {
    asked.add(what);
    return new Pixels(16, 16, new byte[16 * 16 * 3]);
  }
}
