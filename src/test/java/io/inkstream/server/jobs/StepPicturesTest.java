package io.inkstream.server.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.pipeline.CountedPrediction;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepPicturesTest {
  @Test
  void everyPictureOfAWantedViewIsDecoded() {
    var prediction = new CountedPrediction(2);
    var pictures = new StepPictures().of(prediction, EnumSet.of(View.SKETCH, View.WHOLE));
    assertThat(pictures.get(View.SKETCH)).hasSize(2);
    assertThat(pictures.get(View.WHOLE)).hasSize(2);
    assertThat(prediction.asked())
        .containsExactly("sketch 0", "sketch 1", "picture 0", "picture 1");
  }

  @Test
  void nothingIsDecodedForNobody() {
    var prediction = new CountedPrediction(2);
    assertThat(new StepPictures().of(prediction, Set.of())).isEmpty();
    assertThat(prediction.asked()).isEmpty();
  }
}
