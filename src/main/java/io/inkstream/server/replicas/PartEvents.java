package io.inkstream.server.replicas;

import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.runtime.CancelledException;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Makes the events of one drawing of those of its parts, which tell the same ones in the same
/// order: an event is told when the last part has told it, and meanwhile the others wait, so that
/// what a step shows of their pictures stays as it is. Safe for any thread.
final class PartEvents {
  private final Consumer<DrawingEvent> listener;
  // Guarded by this.
  private final @Nullable DrawingEvent[] told;
  private int missing;
  private long round;
  private boolean over;

  /// @param parts two or more
  /// @param listener hears of them on one part's thread or another's, one at a time
  PartEvents(int parts, Consumer<DrawingEvent> listener) {
    this.listener = listener;
    this.told = new @Nullable DrawingEvent[parts];
    this.missing = parts;
  }

  /// What listens to a part.
  Consumer<DrawingEvent> of(int part) {
    return event -> tell(part, event);
  }

  private synchronized void tell(int part, DrawingEvent event) {
    throwIfOver();
    told[part] = event;
    missing--;
    if (missing > 0) {
      awaitOthers();
    } else {
      listener.accept(joined());
      missing = told.length;
      round++;
      notifyAll();
    }
  }

  private void awaitOthers() {
    long mine = round;
    try {
      while (round == mine) {
        throwIfOver();
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while other parts are drawn", e);
    }
  }

  private void throwIfOver() {
    if (over) {
      throw new CancelledException();
    }
  }

  /// A part draws no more: nobody waits for it.
  synchronized void end() {
    over = true;
    notifyAll();
  }

  private DrawingEvent joined() {
    var first = Objects.requireNonNull(told[0]);
    return first instanceof StepMade ? joined(Stream.of(told).map(StepMade.class::cast)) : first;
  }

  private static StepMade joined(Stream<StepMade> steps) {
    var all = steps.toList();
    StepMade first = all.getFirst();
    return new StepMade(
        first.step(),
        first.steps(),
        all.stream().flatMap(step -> step.latents().stream()).toList(),
        first.cache(),
        first.forecast(),
        new PartPredictions(all.stream().map(StepMade::prediction).toList()));
  }
}
