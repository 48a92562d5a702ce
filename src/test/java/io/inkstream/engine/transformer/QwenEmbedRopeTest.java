package io.inkstream.engine.transformer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QwenEmbedRopeTest {
  /// One pair of channels an axis: its frequency is 1, so the angles are the positions.
  private final QwenEmbedRope positions = new QwenEmbedRope(List.of(2, 2, 2), 10_000);

  @AfterEach
  void nothingIsLeft() {
    assertThat(Tensor.open()).isZero();
  }

  @Test
  void positionsAreCentredOnAPictureAndAnOddExtentHasOneMoreBelowZero() {
    assertPositions(
        0, List.of(new Grid(2, 3)), "0 -1 -2", "0 -1 -1", "0 -1 0", "0 0 -2", "0 0 -1", "0 0 0");
  }

  @Test
  void textComesFirstAndIsOnTheDiagonalAfterTheLargerHalfSide() {
    assertPositions(2, List.of(new Grid(1, 6)), "3 3 3", "4 4 4", "0 -1 -3", "0 -1 -2");
    assertPositions(1, List.of(new Grid(5, 2)), "2 2 2", "0 -3 -1");
  }

  @Test
  void eachGivenPictureIsAFrameOfItsOwnCentredByItself() {
    assertPositions(
        0,
        List.of(new Grid(1, 2), new Grid(3, 1), new Grid(1, 1)),
        "0 -1 -1",
        "0 -1 0",
        "1 -2 -1",
        "1 -1 -1",
        "1 0 -1",
        "2 -1 -1");
  }

  @Test
  void textFollowsTheLargestOfSeveralPicturesWhicheverItIs() {
    assertPositions(1, List.of(new Grid(2, 2), new Grid(4, 8), new Grid(6, 2)), "4 4 4");
    assertPositions(1, List.of(new Grid(4, 8), new Grid(2, 2)), "4 4 4");
  }

  /// @param first rows of the tables, as positions
  private void assertPositions(int text, List<Grid> grids, String... first) {
    try (var tables = positions.tables(text, grids)) {
      for (int row = 0; row < first.length; row++) {
        String[] axes = first[row].split(" ", -1);
        for (int axis = 0; axis < axes.length; axis++) {
          int position = Integer.parseInt(axes[axis]);
          assertThat((double) tables.cos().row(row).toArray()[axis])
              .as("%d: %s", row, first[row])
              .isCloseTo(Math.cos(position), within(1e-6));
          assertThat((double) tables.sin().row(row).toArray()[axis])
              .as("%d: %s", row, first[row])
              .isCloseTo(Math.sin(position), within(1e-6));
        }
      }
    }
  }

  @Test
  void frequenciesFallWithinEachAxis() {
    var rope = new QwenEmbedRope(List.of(4, 6, 6), 10_000);
    try (var tables = rope.tables(1, List.of(new Grid(2, 2)))) {
      assertThat(tables.cos().shape()).isEqualTo(new Shape(5, 8));
      float[] cos = tables.cos().toArray();
      float[] sin = tables.sin().toArray();
      double[] frequencies = {1, 0.01, 1, Math.pow(10_000, -1 / 3.0), Math.pow(10_000, -2 / 3.0)};
      for (int k = 0; k < frequencies.length; k++) {
        assertThat((double) cos[k]).isCloseTo(Math.cos(frequencies[k]), within(1e-6));
        assertThat((double) sin[k]).isCloseTo(Math.sin(frequencies[k]), within(1e-6));
      }
    }
  }
}
