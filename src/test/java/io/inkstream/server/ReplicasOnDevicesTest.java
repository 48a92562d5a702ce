package io.inkstream.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.LostDeviceException;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.model.EmulatedDevice;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.DrawingEvent;
import io.inkstream.engine.pipeline.DrawingEvent.BegunAgain;
import io.inkstream.engine.pipeline.DrawingEvent.StepMade;
import io.inkstream.engine.request.Draws;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.request.Texts;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.LostDevice;
import io.inkstream.engine.runtime.Runtimes;
import io.inkstream.engine.runtime.Subgraph;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.server.jobs.ReplicaState;
import io.inkstream.server.replicas.Replica;
import io.inkstream.server.replicas.Replicas;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The tiny model on two devices of this process.
class ReplicasOnDevicesTest {
  private static final Path TINY = Path.of("src/test/resources/goldens/tiny");
  private static final int FIRST_DEVICE = 520;
  private static final int STEPS = 3;
  private static final Consumer<DrawingEvent> NOBODY = _ -> {};

  private final List<DeviceRuntime> devices =
      IntStream.range(FIRST_DEVICE, FIRST_DEVICE + 2)
          .mapToObj(ordinal -> EmulatedDevice.runtime(ordinal).onDevice().orElseThrow())
          .toList();
  private final List<DiffusionPipeline> pipelines = new ArrayList<>();
  private Replicas replicas;

  @BeforeEach
  void load() {
    devices.forEach(device ->
        pipelines.add(
            PipelineLoader.load(
                new ModelSettings(TINY, Optional.empty(), EmulatedDevice.PRECISION), device)));
    replicas = new Replicas(IntStream.range(0, devices.size()).mapToObj(this::replica).toList(), 1);
  }

  private Replica replica(int index) {
    return new PipelineGenerator(pipelines.get(index), Runtimes.of(devices.get(index))).replica();
  }

  @AfterEach
  void nothingIsLeft() {
    pipelines.forEach(DiffusionPipeline::close);
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private static GenerationRequest request(String prompt) {
    return GenerationRequest.of(prompt).withCanvas(64, 64).withSteps(STEPS);
  }

  private int draw(String prompt, Consumer<DrawingEvent> listener) {
    var admitted = replicas.admit(request(prompt));
    return replicas
        .generate(admitted, listener, new CancellationSignal(), image -> image.pixels().hashCode())
        .getFirst();
  }

  private CompletableFuture<Integer> begin(String prompt, Consumer<DrawingEvent> listener) {
    return CompletableFuture.supplyAsync(
        () -> draw(prompt, listener), work -> Thread.ofPlatform().daemon().start(work));
  }

  private List<Boolean> lost() {
    return replicas.replicas().stream().map(ReplicaState::isLost).toList();
  }

  @Test
  void everyOneDrawsTheSamePicture() {
    long[] before = devices.stream().mapToLong(device -> device.copies().upBytes()).toArray();
    int first = draw("two apples", NOBODY);
    int second = draw("two apples", NOBODY);
    assertThat(second).isEqualTo(first);
    for (int device = 0; device < before.length; device++) {
      assertThat(devices.get(device).copies().upBytes()).isGreaterThan(before[device]);
    }
  }

  /// Each waits in its first step for the other's.
  @Test
  void twoRequestsAreDrawnAtOnce() {
    int apples = draw("two apples", NOBODY);
    int pears = draw("a pear", NOBODY);
    var bothInStep = new CyclicBarrier(2);
    Consumer<DrawingEvent> meeting =
        event -> {
          if (event instanceof StepMade made && made.step() == 1) {
            await(bothInStep);
          }
        };

    var drawn = List.of(begin("two apples", meeting), begin("a pear", meeting));

    assertThat(drawn.stream().map(CompletableFuture::join)).containsExactly(apples, pears);
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(30, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new AssertionError("they take turns", e);
    }
  }

  @Test
  void aPictureWhoseDeviceIsLostIsDrawnAgainByTheOther() {
    int apples = draw("two apples", NOBODY);
    draw("two apples", NOBODY);
    List<String> told = new ArrayList<>();
    List<LostDevice> losses = new ArrayList<>();

    int again =
        draw(
            "two apples",
            event -> {
              switch (event) {
                case StepMade made -> {
                  told.add("step " + made.step());
                  if (made.step() == 2 && losses.isEmpty()) {
                    losses.add(new LostDevice(devices.getFirst()));
                  }
                }
                case BegunAgain _ -> told.add("again");
                default -> {}
              }
            });

    losses.forEach(LostDevice::close);
    assertThat(again).isEqualTo(apples);
    assertThat(told).containsExactly("step 1", "step 2", "again", "step 1", "step 2", "step 3");
    assertThat(lost()).containsExactly(true, false);
    assertThat(Tensor.open()).as("what it drew is let go").isZero();
    assertThat(draw("two apples", NOBODY)).as("by the one that is left").isEqualTo(apples);
  }

  @Test
  void aRequestFailsWhenTheLastDeviceIsLost() {
    try (var _ = new LostDevice(devices.getFirst());
        var _ = new LostDevice(devices.getLast())) {
      assertThatThrownBy(() -> draw("two apples", NOBODY))
          .isInstanceOf(LostDeviceException.class)
          .hasMessageMatching("device emulated:52\\d is lost: the emulated device was taken away");
    }
    assertThat(lost()).containsExactly(true, true);
  }

  @Test
  void aRefusalIsNoLoss() {
    assertThatThrownBy(() -> replicas.admit(request("a").withCanvas(1 << 14, 1 << 14)))
        .isNotInstanceOf(LostDeviceException.class);
    assertThat(lost()).containsExactly(false, false);
  }

  private List<Integer> alone(GenerationRequest request) {
    return pipelines.getFirst().generate(request, NOBODY, new CancellationSignal()).stream()
        .map(image -> image.pixels().hashCode())
        .toList();
  }

  private List<Integer> together(GenerationRequest request, Consumer<DrawingEvent> listener) {
    return replicas.generate(
        replicas.admit(request),
        listener,
        new CancellationSignal(),
        image -> {
          drawn.put(image.index(), image);
          return image.pixels().hashCode();
        });
  }

  private final Map<Integer, GeneratedImage> drawn = new ConcurrentHashMap<>();

  static Stream<GenerationRequest> requestsOfSeveralPictures() {
    var request = request("two apples").withGuidance(STEPS, 4);
    var two = Texts.of(List.of("two apples", "a longer prompt"), List.of("ugly"));
    return Stream.of(
        request.withDraws(new Draws(List.of(7L), 3)),
        request.withDraws(new Draws(List.of(7L, 8L, 9L), 3)),
        request.withTexts(two).withDraws(new Draws(List.of(5L), 2)),
        request.withTexts(two).withDraws(new Draws(List.of(1L, 2L), 1)));
  }

  @ParameterizedTest
  @MethodSource("requestsOfSeveralPictures")
  void severalPicturesAreDrawnAtOnceAsOneCardDrawsThem(GenerationRequest request) {
    var expected = alone(request);
    long[] before = devices.stream().mapToLong(device -> device.copies().downBytes()).toArray();
    List<String> told = new ArrayList<>();

    var together = together(request, event -> told.add(word(event, request.images())));

    assertThat(together).isEqualTo(expected);
    assertThat(expected).doesNotHaveDuplicates();
    assertThat(told)
        .containsExactly(
            "TEXT_ENCODING", "read", "DENOISING", "step 1", "step 2", "step 3", "DECODING");
    for (int device = 0; device < before.length; device++) {
      assertThat(devices.get(device).copies().downBytes()).isGreaterThan(before[device]);
    }
    assertThat(drawn.keySet()).hasSize(request.images());
    drawn.forEach((index, image) -> {
      int of = request.draws().imagesPerPrompt();
      assertThat(image.prompt()).isEqualTo(request.texts().prompts().get(index / of));
      var seeds = request.draws().seeds();
      assertThat(image.seed()).isEqualTo(seeds.get(seeds.size() == 1 ? 0 : index));
    });
  }

  /// Looks at every picture of a step, too.
  private static String word(DrawingEvent event, int images) {
    return switch (event) {
      case DrawingEvent.StageBegan(var stage) -> stage.toString();
      case DrawingEvent.PromptsRead _ -> "read";
      case StepMade made -> {
        assertThat(made.latents()).hasSize(images);
        assertThat(made.prediction().images()).isEqualTo(images);
        assertThat(
                IntStream.range(0, images)
                    .mapToObj(image -> made.prediction().sketch(image).hashCode()))
            .doesNotHaveDuplicates();
        yield "step " + made.step();
      }
      case BegunAgain _ -> "again";
      case DrawingEvent.CacheUsed _ -> "cache";
      case DrawingEvent.ForecastUsed _ -> "forecast";
    };
  }

  @Test
  void whatACacheDecidesForAllPicturesOneCardDraws() {
    var cache =
        CacheDitParams.of(Map.of("residual_diff_threshold", 0.9, "max_warmup_steps", 1))
            .toConfig(STEPS);
    var request =
        request("two apples").withDraws(new Draws(List.of(7L), 2)).withCache(Optional.of(cache));
    var expected = alone(request);
    long before = devices.getLast().copies().downBytes();

    assertThat(together(request, NOBODY)).isEqualTo(expected);

    assertThat(devices.getLast().copies().downBytes()).isEqualTo(before);
  }

  @Test
  void severalPicturesAreDrawnAgainWhenOneOfTheirCardsIsLost() {
    var request = request("two apples").withDraws(new Draws(List.of(7L), 3));
    var expected = alone(request);
    List<String> told = new ArrayList<>();
    List<LostDevice> losses = new ArrayList<>();

    var together =
        together(
            request,
            event -> {
              told.add(word(event, 3));
              if (event instanceof StepMade && losses.isEmpty()) {
                losses.add(new LostDevice(devices.getLast()));
              }
            });

    losses.forEach(LostDevice::close);
    assertThat(together).isEqualTo(expected);
    assertThat(told).containsSubsequence("step 1", "again", "step 1", "step 2", "step 3");
    assertThat(told).filteredOn("again"::equals).hasSize(1);
    assertThat(lost()).containsExactly(false, true);
    assertThat(replicas.replicas()).allMatch(replica -> replica.drawing() == 0);
  }

  /// A replica of two cards, a branch of guidance on each, beside one of one card.
  @Test
  void aReplicaIsLostWithAnyOfItsCards() {
    var branches = runtimes(new Parallelism(1, 2, 1, 1), FIRST_DEVICE + 2);
    var pipeline =
        PipelineLoader.load(
            new ModelSettings(TINY, Optional.empty(), EmulatedDevice.PRECISION), branches);
    pipelines.add(pipeline);
    var both =
        new Replicas(List.of(new PipelineGenerator(pipeline, branches).replica(), replica(0)), 1);
    var request = request("two apples").withGuidance(STEPS, 4);
    var expected = alone(request);
    List<LostDevice> losses = new ArrayList<>();

    var drawn =
        both.generate(
            both.admit(request),
            event -> {
              if (event instanceof StepMade && losses.isEmpty()) {
                losses.add(new LostDevice(branches.all().getLast().onDevice().orElseThrow()));
              }
            },
            new CancellationSignal(),
            image -> image.pixels().hashCode());

    assertThat(Tensor.open()).isZero();
    losses.forEach(LostDevice::close);
    assertThat(drawn).isEqualTo(expected);
    assertThat(both.replicas().getFirst().devices())
        .containsExactly("emulated:522", "emulated:523");
    assertThat(both.replicas()).extracting(ReplicaState::isLost).containsExactly(true, false);
  }

  private static Runtimes runtimes(Parallelism parallelism, int first) {
    var devices = parallelism.devices(new Device(Device.Kind.EMULATED, first), 0);
    return new Runtimes(
        parallelism,
        devices.stream().map(device -> EmulatedDevice.runtime(device.ordinal())).toList());
  }

  @Test
  void aCancelEndsAllPartsOfADrawing() {
    var signal = new CancellationSignal();
    var request = request("two apples").withDraws(new Draws(List.of(7L), 2));
    var admitted = replicas.admit(request);
    assertThatThrownBy(() ->
            replicas.generate(
                admitted,
                event -> {
                  if (event instanceof StepMade) {
                    signal.cancel();
                  }
                },
                signal,
                image -> image))
        .isInstanceOf(CancelledException.class);
    assertThat(replicas.replicas()).allMatch(replica -> replica.drawing() == 0);
    assertThat(Tensor.open()).isZero();
  }

  @Test
  void whileOneIsDrawnTheOtherIsFree() {
    var first = begin("two apples", event -> Await.until("the other is done", this::otherIsDone));
    Await.until("it draws", () -> replicas.replicas().getFirst().drawing() == 1);
    draw("a pear", NOBODY);
    otherIsDone = true;
    first.join();
  }

  private volatile boolean otherIsDone;

  private boolean otherIsDone() {
    return otherIsDone;
  }
}
