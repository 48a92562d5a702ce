package io.inkstream.cli.commands;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.server.jobs.ModelSlot;
import io.inkstream.server.jobs.StandInGenerator;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
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
    model.put(new StandInGenerator(), Duration.ZERO);
    model.lose(LOSS);
    assertThat(await(stopped)).isEqualTo(1);
    assertThat(left).isNotDone();
  }

  @Test
  void itStopsIfTheDeviceIsLostWhileItWarmsUp() {
    new EndOnLoss(Duration.ofHours(1), stopped::complete, left::complete).watch(model);
    model.putCold(new StandInGenerator(), Duration.ZERO);
    model.lose(LOSS);
    assertThat(await(stopped)).isEqualTo(1);
  }

  @Test
  void aStopThatDoesNotEndIsLeft() {
    var never = new CountDownLatch(1);
    new EndOnLoss(Duration.ofMillis(1), code -> hang(never, code), left::complete).watch(model);
    model.put(new StandInGenerator(), Duration.ZERO);
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
    model.put(new StandInGenerator(), Duration.ZERO);
    assertThat(model.lose(new IllegalStateException("its files were written to"))).isTrue();
    assertThat(model.hasLostItsDevices()).isFalse();
    assertThat(model.whenDevicesLost().toCompletableFuture()).isNotDone();
  }

  @Test
  void whatIsLostStaysLostWhenTheModelIsFreed() {
    model.put(new StandInGenerator(), Duration.ZERO);
    model.lose(LOSS);
    model.close();
    assertThat(model.hasLostItsDevices()).isTrue();
  }
}
