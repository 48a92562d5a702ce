package io.inkstream.engine.request;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Plane;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class InputPicturesTest {
  private static final InputPicture PICTURE = picture(16, 16);
  private static final InputMask MASK = InputMask.of(new Plane(1, 1, new byte[1]));

  @Test
  void moreThanSixteenAreRefused() {
    assertThatThrownBy(() -> InputPictures.of(Collections.nCopies(17, PICTURE)))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessage("image is a list of 17, must be at most 16 pictures");
  }

  @Test
  void aMaskOrAStrengthWithoutAPictureIsRefused() {
    assertThatThrownBy(
            () -> new InputPictures(List.of(), Optional.of(MASK), OptionalDouble.empty(), false))
        .hasMessage("mask is given without a picture, must be beside one");
    assertThatThrownBy(() -> InputPictures.NONE.withStrength(0.5))
        .hasMessage("strength is given without a picture, must be beside one");
  }

  @Test
  void aStrengthThatDrawsNothingOrMoreThanAllIsRefused() {
    var picture = InputPictures.of(List.of(PICTURE));
    for (double strength : new double[] {0, -1, 1.01, Double.NaN}) {
      assertThatThrownBy(() -> picture.withStrength(strength))
          .hasMessage("strength is %s, must be a number above 0, at most 1", strength);
    }
  }

  @Test
  void aLineIsNoPicture() {
    assertThatThrownBy(() -> InputPictures.of(List.of(picture(1, 201))))
        .hasMessageStartingWith("image is of 1x201 pixels, must be at most 200 times as long");
  }

  private static InputPicture picture(int width, int height) {
    return InputPicture.of(new Pixels(width, height, new byte[3 * width * height]));
  }
}
