package io.inkstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FloatsTest {
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void aNumberThatIsNoneNeverPassesWhereverItStands(int at) {
    float[] actual = {1, 2, 3};
    float[] expected = actual.clone();
    actual[at] = Float.NaN;

    assertThat(Floats.largestDifference(actual, expected)).isNaN();
    assertThatThrownBy(() -> Floats.assertClose(actual, expected, 1e9))
        .isInstanceOf(AssertionError.class);
  }
}
