package io.inkstream.engine.estimate;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.estimate.MemoryModel.OnProcessor;
import io.inkstream.engine.estimate.MemoryModel.Sizes;
import java.util.List;
import org.junit.jupiter.api.Test;

class FittingSizeTest {
  private final MemoryModel model = new OnProcessor(new Sizes(384, 6, 64, 512, 24));
  private final MemoryBudget budget = new MemoryBudget(model, List.of());

  @Test
  void whatIsTooLargeIsToldASizeOfItsShapeThatFits() {
    Load large = load(2048, 1024);
    long free = model.of(large).host() / 2;

    LatentSize fitting = budget.fitting(large, free).orElseThrow();

    assertThat(fitting.pixelWidth()).isBetween(1024, 1600).isEqualTo(2 * fitting.pixelHeight());
    assertThat(model.of(large.withSize(fitting)).host()).isLessThanOrEqualTo(free);
  }

  @Test
  void whereNothingFitsNothingIsTold() {
    assertThat(budget.fitting(load(512, 512), 1000)).isEmpty();
  }

  private static Load load(int width, int height) {
    return Load.ofOnePicture(LatentSize.ofPixels(width, height, 8), 20);
  }
}
