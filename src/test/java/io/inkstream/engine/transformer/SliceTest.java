package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SliceTest {
  @ParameterizedTest
  @CsvSource({"12, 3", "13, 4", "2, 4", "0, 2", "4096, 24"})
  void lanesHaveAllRowsBetweenThemAndOneMoreThanAnotherAtMost(int rows, int lanes) {
    int next = 0;
    for (int lane = 0; lane < lanes; lane++) {
      var slice = new Slice(lane, lanes);
      assertThat(slice.from(rows)).isEqualTo(next);
      assertThat(slice.of(rows)).isBetween(rows / lanes, (rows + lanes - 1) / lanes);
      next += slice.of(rows);
    }
    assertThat(next).isEqualTo(rows);
  }

  @Test
  void eachKindOfRowsIsSharedOutByItself() {
    float[] all = {1, 1, 2, 2, 3, 3, 10, 10, 20, 20};

    assertThat(new Slice(0, 2).rows(all, 3, 2)).containsExactly(1, 1, 10, 10);
    assertThat(new Slice(1, 2).rows(all, 3, 2)).containsExactly(2, 2, 3, 3, 20, 20);
    assertThat(Slice.WHOLE.rows(all, 3, 2)).isSameAs(all);
  }
}
