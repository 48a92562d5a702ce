package io.inkstream.server.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.engine.pipeline.CountedPrediction;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.runtime.CancelledException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class PartEventsTest {
  private final List<DrawingEvent> heard = new CopyOnWriteArrayList<>();
  private final PartEvents events = new PartEvents(2, heard::add);
  private volatile Thread waiting = Thread.currentThread();

  private CompletableFuture<Void> tell(int part, DrawingEvent... told) {
    return CompletableFuture.runAsync(
        () -> List.of(told).forEach(events.of(part)),
        work -> waiting = Thread.ofPlatform().daemon().start(work));
  }

  private void awaitThatItWaits() {
    Await.until("it waits", () -> waiting.getState() == Thread.State.WAITING);
  }

  private static StepMade step(int step, float[]... latents) {
    return new StepMade(
        step,
        2,
        List.of(latents),
        List.of(),
        Optional.empty(),
        new CountedPrediction(latents.length));
  }

  @Test
  void anEventIsToldOnceWhenAllPartsHaveToldIt() {
    var first = tell(0, new StageBegan(Stage.DENOISING), step(1, new float[] {1}, new float[] {2}));
    awaitThatItWaits();
    assertThat(heard).isEmpty();

    events.of(1).accept(new StageBegan(Stage.DENOISING));
    events.of(1).accept(step(1, new float[] {3}));
    first.join();

    assertThat(heard).hasSize(2);
    assertThat(heard.getFirst()).isEqualTo(new StageBegan(Stage.DENOISING));
    var step = (StepMade) heard.getLast();
    assertThat(step.latents()).containsExactly(new float[] {1}, new float[] {2}, new float[] {3});
    assertThat(step.prediction().images()).isEqualTo(3);
  }

  @Test
  void nobodyWaitsForAPartThatDrawsNoMore() {
    var first = tell(0, new StageBegan(Stage.DENOISING));
    awaitThatItWaits();

    events.end();

    assertThatThrownBy(first::join).hasCauseInstanceOf(CancelledException.class);
    assertThatThrownBy(() -> events.of(1).accept(new StageBegan(Stage.DENOISING)))
        .isInstanceOf(CancelledException.class);
    assertThat(heard).isEmpty();
  }
}
