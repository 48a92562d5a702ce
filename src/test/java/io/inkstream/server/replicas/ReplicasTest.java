package io.inkstream.server.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.device.EngineException;
import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.pipeline.Admitted;
import io.inkstream.engine.pipeline.AdmittedRequest;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.BegunAgain;
import io.inkstream.engine.pipeline.DrawingEvent.Stage;
import io.inkstream.engine.pipeline.DrawingEvent.StageBegan;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.textencoder.PromptMemory;
import io.inkstream.server.jobs.ReplicaState;
import io.inkstream.server.jobs.StandInGenerator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Who draws what, with replicas that draw nothing.
class ReplicasTest {
  private static final GenerationRequest REQUEST = GenerationRequest.of("a").withCanvas(64, 64);

  private final List<Painter> painters = new ArrayList<>();
  private final List<DrawingEvent> heard = new CopyOnWriteArrayList<>();
  private final CancellationSignal signal = new CancellationSignal();

  /// Waits at its gate in its only stage.
  private static final class Painter extends StandInGenerator {
    final CountDownLatch gate = new CountDownLatch(1);
    final List<String> drawn = new CopyOnWriteArrayList<>();
    volatile @Nullable LostDeviceException lost;
    volatile boolean closed;

    @Override
    public AdmittedRequest admit(GenerationRequest request) {
      failIfLost();
      return Admitted.of(request);
    }

    @Override
    public <T> List<T> generate(
        AdmittedRequest admitted,
        Consumer<DrawingEvent> listener,
        CancellationSignal signal,
        Function<GeneratedImage, T> finish) {
      listener.accept(new StageBegan(Stage.DENOISING));
      Await.until("gate or loss", () -> gate.getCount() == 0 || lost != null);
      failIfLost();
      String prompt = admitted.request().texts().prompts().getFirst();
      drawn.add(prompt);
      var pixels = new Pixels(64, 64, new byte[3 * 64 * 64]);
      return List.of(finish.apply(new GeneratedImage(0, prompt, 42, pixels)));
    }

    private void failIfLost() {
      LostDeviceException failure = lost;
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public PromptMemory promptMemory() {
      return new PromptMemory(1, 10, 2, 3);
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private Replicas replicas(int count, int each) {
    IntStream.range(0, count).forEach(_ -> painters.add(new Painter()));
    return new Replicas(
        IntStream.range(0, count)
            .mapToObj(i -> new Replica(painters.get(i), List.of(device(i))))
            .toList(),
        each);
  }

  private static Device device(int ordinal) {
    return new Device(Device.Kind.EMULATED, ordinal);
  }

  private static LostDeviceException loss(int ordinal) {
    return new LostDeviceException(device(ordinal), new EngineException("gone"));
  }

  private CompletableFuture<List<Integer>> draw(Replicas replicas, String prompt) {
    var request = Admitted.of(GenerationRequest.of(prompt).withCanvas(64, 64));
    return CompletableFuture.supplyAsync(
        () -> replicas.generate(request, heard::add, signal, GeneratedImage::index),
        ReplicasTest::onItsOwnThread);
  }

  private static void onItsOwnThread(Runnable work) {
    Thread.ofPlatform().daemon().start(work);
  }

  private static List<Integer> drawing(Replicas replicas) {
    return replicas.replicas().stream().map(ReplicaState::drawing).toList();
  }

  @Test
  void eachDrawsWhatComesUntilAllAreBusyAndThenOneWaits() {
    var replicas = replicas(2, 1);
    assertThat(replicas.places()).isEqualTo(2);
    var first = draw(replicas, "a");
    Await.until("one draws", () -> drawing(replicas).equals(List.of(1, 0)));
    var second = draw(replicas, "b");
    Await.until("both draw", () -> drawing(replicas).equals(List.of(1, 1)));
    var third = draw(replicas, "c");

    painters.get(1).gate.countDown();

    second.join();
    third.join();
    assertThat(painters.get(1).drawn).containsExactlyInAnyOrder("b", "c");
    assertThat(first).isNotDone();
    painters.get(0).gate.countDown();
    first.join();
    assertThat(drawing(replicas)).containsExactly(0, 0);
  }

  @Test
  void whoHasNothingToDoIsAskedInTurn() {
    var replicas = replicas(3, 1);
    painters.forEach(painter -> painter.gate.countDown());
    List.of("a", "b", "c", "d").forEach(prompt -> draw(replicas, prompt).join());
    assertThat(painters.stream().map(painter -> painter.drawn))
        .containsExactly(List.of("a", "d"), List.of("b"), List.of("c"));
  }

  @Test
  void whoWaitsForAPlaceCanBeCancelled() {
    var replicas = replicas(1, 1);
    var first = draw(replicas, "a");
    Await.until("it draws", () -> drawing(replicas).equals(List.of(1)));
    var other = new CancellationSignal();
    var waiting =
        CompletableFuture.runAsync(
            () -> replicas.generate(Admitted.of(REQUEST), heard::add, other, GeneratedImage::index),
            ReplicasTest::onItsOwnThread);

    other.cancel();

    assertThatThrownBy(waiting::join).hasCauseInstanceOf(CancelledException.class);
    painters.getFirst().gate.countDown();
    first.join();
  }

  @Test
  void thePlaceIsFreeWhileTheLastPictureIsFinished() {
    var replicas = replicas(1, 1);
    painters.getFirst().gate.countDown();
    List<Integer> meanwhile = new ArrayList<>();
    replicas.generate(
        Admitted.of(REQUEST), heard::add, signal, image -> meanwhile.addAll(drawing(replicas)));
    assertThat(meanwhile).containsExactly(0);
    assertThat(drawing(replicas)).containsExactly(0);
  }

  @Test
  void whatALostOneDrewAnotherDrawsAgain() {
    var replicas = replicas(2, 1);
    var drawn = draw(replicas, "a");
    Await.until("it draws", () -> heard.size() == 1);

    painters.getFirst().lost = loss(0);
    painters.getLast().gate.countDown();

    assertThat(drawn.join()).containsExactly(0);
    assertThat(painters.getLast().drawn).containsExactly("a");
    assertThat(heard)
        .containsExactly(
            new StageBegan(Stage.DENOISING), new BegunAgain(), new StageBegan(Stage.DENOISING));
    assertThat(replicas.replicas().stream().map(ReplicaState::isLost)).containsExactly(true, false);
    assertThat(replicas.places()).isEqualTo(1);
  }

  @Test
  void aRequestIsAdmittedByTheFirstThatIsLeft() {
    var replicas = replicas(2, 1);
    painters.getFirst().lost = loss(0);
    assertThat(replicas.admit(REQUEST).request()).isEqualTo(REQUEST);
    assertThat(replicas.replicas().getFirst().isLost()).isTrue();
  }

  @Test
  void whenTheLastIsLostSoIsWhatWaits() {
    var replicas = replicas(2, 1);
    var both = List.of(draw(replicas, "a"), draw(replicas, "b"));
    Await.until("both draw", () -> drawing(replicas).equals(List.of(1, 1)));
    var waiting = draw(replicas, "c");

    painters.get(0).lost = loss(0);
    painters.get(1).lost = loss(1);

    for (var drawn : List.of(both.get(0), both.get(1), waiting)) {
      assertThatThrownBy(drawn::join)
          .isInstanceOf(CompletionException.class)
          .hasCauseInstanceOf(LostDeviceException.class);
    }
    assertThatThrownBy(() -> replicas.admit(REQUEST)).isInstanceOf(LostDeviceException.class);
    assertThat(replicas.places()).as("what waits is still told so").isEqualTo(1);
  }

  @Test
  void anotherFailureIsTheRequestsOwn() {
    var failing = new Replicas(List.of(new Replica(new Failing(), List.of(device(0)))), 1);
    assertThatThrownBy(() -> failing.admit(REQUEST)).isInstanceOf(DeviceException.class);
    assertThat(failing.replicas().getFirst().isLost()).isFalse();
  }

  private static final class Failing extends StandInGenerator {
    @Override
    public AdmittedRequest admit(GenerationRequest request) {
      throw new DeviceException("too small");
    }

    @Override
    public <T> List<T> generate(
        AdmittedRequest admitted,
        Consumer<DrawingEvent> listener,
        CancellationSignal signal,
        Function<GeneratedImage, T> finish) {
      throw new DeviceException("too small");
    }
  }

  @Test
  void whatIsRememberedIsWhatAllRemember() {
    assertThat(replicas(3, 1).promptMemory()).isEqualTo(new PromptMemory(3, 30, 6, 9));
  }

  @Test
  void thoseThatAreLeftAreFreedAtTheEnd() {
    var replicas = replicas(2, 1);
    painters.getFirst().lost = loss(0);
    replicas.admit(REQUEST);
    replicas.close();
    assertThat(painters.stream().map(painter -> painter.closed)).containsExactly(false, true);
  }
}
