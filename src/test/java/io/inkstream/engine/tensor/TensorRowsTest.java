package io.inkstream.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TensorRowsTest {
  private final Tensor tensor = Tensor.of(new float[] {1, 2, 3, 4, 5, 6}, 3, 2);

  @AfterEach
  void nothingIsLeft() {
    tensor.close();
    assertThat(Tensor.open()).isZero();
  }

  @Test
  void rowsShareTheirTensorsMemoryAndAreClosedWithIt() {
    Tensor two = tensor.rows(2);
    two.set(new float[] {9, 8, 7, 6});
    two.close();

    assertThat(tensor.toArray()).containsExactly(9, 8, 7, 6, 5, 6);
    assertThat(tensor.row(2).toArray()).containsExactly(5, 6);
    assertThat(tensor.rows(3).shape()).isEqualTo(tensor.shape());
  }

  @Test
  void moreRowsThanThereAreAreRefused() {
    assertThatThrownBy(() -> tensor.rows(4)).hasMessage("4 rows from 0 of [3, 2]");
    assertThatThrownBy(() -> tensor.row(3)).hasMessage("row 3 of [3, 2]");
  }
}
