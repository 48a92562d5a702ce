package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunShapeTest {
  @Test
  void aStreamHasRowsForEveryPictureAndThoseOfTheFirstAreDrawn() {
    var shape =
        new RunShape(
            List.of(new Grid(4, 6), new Grid(10, 6), new Grid(1, 3)), 5, 2, 1, Optional.empty());

    assertThat(shape.drawnTokens()).isEqualTo(24);
    assertThat(shape.imageTokens()).isEqualTo(24 + 60 + 3);
  }

  @Test
  void withoutGivenPicturesAllRowsAreDrawn() {
    var shape = new RunShape(new Grid(4, 6), 5, 1, 2, Optional.empty());

    assertThat(shape.imageTokens()).isEqualTo(shape.drawnTokens()).isEqualTo(24);
  }
}
