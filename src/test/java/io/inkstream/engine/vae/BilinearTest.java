package io.inkstream.engine.vae;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BilinearTest {
  @Test
  void coloursRunOverBetweenTheMiddlesAndStayAtTheEdges() {
    float[] row = Bilinear.enlarge(new float[] {0, 4}, 1, 1, 2, 4);
    for (int y = 0; y < 4; y++) {
      assertThat(Arrays.copyOfRange(row, y * 8, y * 8 + 8))
          .containsExactly(0, 0, 0.5f, 1.5f, 2.5f, 3.5f, 4, 4);
    }
  }

  @Test
  void channelsAndRowsKeepTheirPlace() {
    float[] values = {1, 1, 2, 2, 5, 5, 5, 5};
    assertThat(Bilinear.enlarge(values, 2, 2, 2, 2))
        .containsExactly(
            1, 1, 1, 1, 1.25f, 1.25f, 1.25f, 1.25f, 1.75f, 1.75f, 1.75f, 1.75f, 2, 2, 2, 2, //
            5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5);
  }
}
