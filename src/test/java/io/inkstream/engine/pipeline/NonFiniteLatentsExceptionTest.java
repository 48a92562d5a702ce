package io.inkstream.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NonFiniteLatentsExceptionTest {
  // One of the NaNs whose sign is set.
  private static final float NEGATIVE_NAN = Float.intBitsToFloat(0xFF800001);

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void namesTheStepAndTheValueWhereverItIs(float value) {
    for (int at = 0; at < 67; at++) {
      float[] broken = new float[67];
      broken[at] = value;
      assertThatThrownBy(() -> require(new float[3], broken))
          .isInstanceOf(NonFiniteLatentsException.class)
          .hasMessageStartingWith("step 7 gave " + value + ": ");
    }
  }

  @Test
  void namesTheFirstOfSeveral() {
    float[] broken = {1, Float.NEGATIVE_INFINITY, Float.NaN, Float.POSITIVE_INFINITY};
    assertThatThrownBy(() -> require(broken)).hasMessageStartingWith("step 7 gave -Infinity");
    assertThatThrownBy(() -> require(new float[] {0, NEGATIVE_NAN}))
        .hasMessageStartingWith("step 7 gave NaN");
  }

  @Test
  void acceptsEveryNumber() {
    float[] numbers = {0f, -0f, Float.MAX_VALUE, -Float.MAX_VALUE, Float.MIN_VALUE, -1};
    assertThatCode(() -> require(numbers, new float[0])).doesNotThrowAnyException();
  }

  private static void require(float[]... pictures) {
    NonFiniteLatentsException.requireFinite(List.of(pictures), 7);
  }
}
