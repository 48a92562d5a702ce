package io.inkstream.cli.bench;

import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.BegunAgain;
import io.inkstream.engine.pipeline.DrawingEvent.CacheUsed;
import io.inkstream.engine.pipeline.DrawingEvent.ForecastUsed;
import io.inkstream.engine.pipeline.DrawingEvent.PromptsRead;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/// When each stage of a picture began, and what was not computed.
final class DrawingClock implements Consumer<DrawingEvent> {
  private final Map<Stage, Cost> begins = new EnumMap<>(Stage.class);
  private final int branches;
  private double share = 1;
  private int skipped;

  /// @param branches forwards of a step
  DrawingClock(int branches) {
    this.branches = branches;
  }

  @Override
  public void accept(DrawingEvent event) {
    switch (event) {
      case StageBegan(Stage stage) -> begins.put(stage, Cost.soFar());
      case CacheUsed used -> {
        share = 1 / used.stats().speedupEstimate(used.transformerBlocks());
        skipped = used.stats().cachedForwards();
      }
      case ForecastUsed(var did) -> {
        share = 1 / did.speedupEstimate();
        skipped = did.forecastSteps() * branches;
      }
      case PromptsRead _, StepMade _, BegunAgain _ -> {}
    }
  }

  Cost steps() {
    Cost from = begins.getOrDefault(Stage.DENOISING, Cost.NONE);
    return begins.getOrDefault(Stage.DECODING, Cost.NONE).less(from);
  }

  int skipped() {
    return skipped;
  }

  double share() {
    return share;
  }
}
