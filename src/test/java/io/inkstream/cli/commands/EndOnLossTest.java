package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Task;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.textencoder.PromptMemory;
import io.inkstream.server.jobs.ImageGenerator;
import io.inkstream.server.jobs.ModelSlot;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// What ends a server when its model is lost.
class EndOnLossTest {
  private static final LostDeviceException LOSS =
      new LostDeviceException(new Device(Device.Kind.EMULATED, 0), new EngineException("gone"));

  private final ModelSlot model = new ModelSlot();
  private final CompletableFuture<Integer> stopped = new CompletableFuture<>();
  private final CompletableFuture<Integer> left = new CompletableFuture<>();

  private static int await(CompletableFuture<Integer> end) {
    return end.orTimeout(20, TimeUnit.SECONDS).join();
  }

  @Test
  void theLossOfTheLastDeviceStopsTheServerInOrder() {
    new EndOnLoss(Duration.ofHours(1), stopped::complete, left::complete).watch(model);
    model.put(new Nothing(), Duration.ZERO);
    model.lose(LOSS);
    assertThat(await(stopped)).isEqualTo(1);
    assertThat(left).isNotDone();
  }

  @Test
  void itStopsIfTheDeviceIsLostWhileItWarmsUp() {
    new EndOnLoss(Duration.ofHours(1), stopped::complete, left::complete).watch(model);
    model.putCold(new Nothing(), Duration.ZERO);
    model.lose(LOSS);
    assertThat(await(stopped)).isEqualTo(1);
  }

  @Test
  void aStopThatDoesNotEndIsLeft() {
    var never = new CountDownLatch(1);
    new EndOnLoss(Duration.ofMillis(1), code -> hang(never, code), left::complete).watch(model);
    model.put(new Nothing(), Duration.ZERO);
    model.lose(LOSS);
    assertThat(await(left)).isEqualTo(1);
    assertThat(await(stopped)).isEqualTo(1);
    never.countDown();
  }

  private void hang(CountDownLatch until, int code) {
    stopped.complete(code);
    try {
      until.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aModelThatIsLostForItsFilesHasItsDevices() {
    new EndOnLoss(Duration.ZERO, stopped::complete, left::complete).watch(model);
    model.put(new Nothing(), Duration.ZERO);
    assertThat(model.lose(new IllegalStateException("its files were written to"))).isTrue();
    assertThat(model.hasLostItsDevices()).isFalse();
    assertThat(model.whenDevicesLost().toCompletableFuture()).isNotDone();
  }

  @Test
  void whatIsLostStaysLostWhenTheModelIsFreed() {
    model.put(new Nothing(), Duration.ZERO);
    model.lose(LOSS);
    model.close();
    assertThat(model.hasLostItsDevices()).isTrue();
  }

  private static final class Nothing implements ImageGenerator {
    @Override
    public Set<Task> tasks() {
      return Set.of();
    }

    @Override
    public AdmittedRequest admit(GenerationRequest request) {
      throw LOSS;
    }

    @Override
    public <T> List<T> generate(
        AdmittedRequest admitted,
        Consumer<DrawingEvent> listener,
        CancellationSignal signal,
        Function<GeneratedImage, T> finish) {
      throw LOSS;
    }

    @Override
    public PromptMemory promptMemory() {
      return PromptMemory.NONE;
    }

    @Override
    public void close() {}
  }
}
