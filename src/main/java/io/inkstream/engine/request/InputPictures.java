package io.inkstream.engine.request;

import static io.inkstream.engine.request.InvalidRequestException.require;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a request begins with beside its words. Which [Task] that is, the model says.
///
/// @param pictures none for text to image, else up to [#MAX_PICTURES]
/// @param mask where the picture is drawn anew; empty: everywhere
/// @param strength how much of the picture is drawn anew, above 0 to 1; empty: [#DEFAULT_STRENGTH]
/// @param setSize whether the pictures say the size, and the request's canvas only the largest area
public record InputPictures(
    List<InputPicture> pictures,
    Optional<InputMask> mask,
    OptionalDouble strength,
    boolean setSize) {
  /// Of one request: OpenAI's limit.
  public static final int MAX_PICTURES = 16;

  /// diffusers' default.
  public static final double DEFAULT_STRENGTH = 0.6;

  /// The longer side to the shorter one at most: beyond that a picture brought to a model's usual
  /// area has no pixels across.
  public static final int LONGEST_RATIO = 200;

  /// Words alone.
  public static final InputPictures NONE =
      new InputPictures(List.of(), Optional.empty(), OptionalDouble.empty(), false);

  public InputPictures {
    pictures = List.copyOf(pictures);
    require(
        pictures.size() <= MAX_PICTURES,
        "image",
        "a list of " + pictures.size(),
        "at most " + MAX_PICTURES + " pictures");
    pictures.forEach(InputPictures::requireShape);
    if (pictures.isEmpty()) {
      require(mask.isEmpty(), "mask", "given without a picture", "beside one");
      require(strength.isEmpty(), "strength", "given without a picture", "beside one");
    }
    strength.ifPresent(value ->
        require(value > 0 && value <= 1, "strength", value, "a number above 0, at most 1"));
  }

  /// These pictures, and nothing said about them: they set the size.
  public static InputPictures of(List<InputPicture> pictures) {
    return new InputPictures(pictures, Optional.empty(), OptionalDouble.empty(), true);
  }

  /// The same with a mask.
  public InputPictures withMask(InputMask other) {
    return new InputPictures(pictures, Optional.of(other), strength, setSize);
  }

  /// The same with a strength.
  public InputPictures withStrength(double other) {
    return new InputPictures(pictures, mask, OptionalDouble.of(other), setSize);
  }

  /// The same, setting the size or not.
  public InputPictures withSetSize(boolean other) {
    return new InputPictures(pictures, mask, strength, other);
  }

  public boolean isEmpty() {
    return pictures.isEmpty();
  }

  private static void requireShape(InputPicture picture) {
    long longer = Math.max(picture.width(), picture.height());
    long shorter = Math.min(picture.width(), picture.height());
    require(
        longer <= LONGEST_RATIO * shorter,
        "image",
        "of %dx%d pixels".formatted(picture.width(), picture.height()),
        "at most " + LONGEST_RATIO + " times as long as it is wide, or as wide as it is long");
  }
}
