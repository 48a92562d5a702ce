package io.inkstream.engine.runtime;

import static io.inkstream.Floats.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.Await;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.device.Copies;
import io.inkstream.engine.device.OutOfDeviceMemoryException;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.model.EmulatedDevice;
import io.inkstream.engine.model.ModelSettings;
import io.inkstream.engine.model.PipelineLoader;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TorchGenerator;
import io.inkstream.engine.transformer.Branch;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.transformer.RunShape;
import io.inkstream.engine.transformer.TransformerRun;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Forwards whose rows three devices share, one for each head of the tiny model.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SlicedLanesTest {
  private static final int LANES = 3;
  private static final int FIRST = 160;
  private static final long MEMORY = 1L << 30;
  private static final int BLOCKS = 10;
  private static final int WIDTH = 48;
  private static final int CHANNELS = 64;
  private static final float[] TIMES = {1, 0.5f};

  private final List<DeviceRuntime> devices =
      IntStream.range(FIRST, FIRST + LANES)
          .mapToObj(device -> EmulatedDevice.runtime(device, OptionalLong.of(MEMORY)))
          .map(runtime -> runtime.onDevice().orElseThrow())
          .toList();
  private final CancellationSignal signal = new CancellationSignal();
  private final DiffusionPipeline pipeline =
      load(new Runtimes(new Parallelism(1, 1, LANES, 1), List.copyOf(devices)));

  private static DiffusionPipeline load(Runtimes runtimes) {
    return PipelineLoader.load(
        new ModelSettings(
            Path.of("src/test/resources/goldens/tiny"), Optional.empty(), EmulatedDevice.PRECISION),
        runtimes);
  }

  @AfterEach
  void nothingIsLeft() {
    pipeline.close();
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private TransformerRun begin(DiffusionPipeline pipeline, Grid grid, int tokens) {
    var shape = new RunShape(grid, tokens, 1, 1, Optional.empty());
    return pipeline.transformer().begin(shape, TIMES, signal);
  }

  private static Branch branch(DiffusionPipeline pipeline, TransformerRun run, int tokens) {
    int width = pipeline.textWidth();
    try (var embeds = Tensor.of(new TorchGenerator(7).randn(tokens * width), tokens, width)) {
      return run.branches(BranchName.MAIN, List.of(embeds), List.of()).getFirst();
    }
  }

  private static float[] forward(TransformerRun run, Branch branch, Grid grid) {
    float[] latents = new TorchGenerator(1).randn(grid.height() * grid.width() * CHANNELS);
    return run.forward(BranchName.MAIN, List.of(branch), 0, List.of(latents)).getFirst();
  }

  private float[] velocity(DiffusionPipeline pipeline, Grid grid, int tokens) {
    try (var run = begin(pipeline, grid, tokens);
        var branch = branch(pipeline, run, tokens)) {
      return forward(run, branch, grid);
    }
  }

  private long across() {
    return devices.stream().map(DeviceRuntime::copies).mapToLong(Copies::acrossBytes).sum();
  }

  @ParameterizedTest
  @CsvSource({"5, 7, 11", "4, 4, 1", "1, 2, 2", "1, 1, 4", "20, 20, 11", "2, 3, 300"})
  void anyNumbersOfRowsAreSharedOut(int height, int width, int tokens) {
    var grid = new Grid(height, width);
    try (var one = load(Runtimes.of(EmulatedDevice.runtime()))) {
      float[] whole = velocity(one, grid, tokens);

      assertClose(velocity(pipeline, grid, tokens), whole, 1e-5);
    }
  }

  /// Three columns of a lane's heads from every other lane's rows, and one back.
  @ParameterizedTest
  @CsvSource({"4, 6, 6", "5, 7, 11", "20, 20, 11"})
  void whatCrossesIsFourTimesTheRowsButForTheLanesOwn(int height, int width, int tokens) {
    long before = across();

    velocity(pipeline, new Grid(height, width), tokens);

    long rows = (long) height * width + tokens;
    assertThat(across() - before)
        .isEqualTo(4 * rows * WIDTH * (LANES - 1) / LANES * Float.BYTES * BLOCKS);
  }

  /// The text is on the first lane, the only row of the picture on the last: the other attends with
  /// its heads and has nothing else to run.
  @Test
  void aLaneWithoutRowsRunsNoMoreThanAttention() {
    var grid = new Grid(1, 1);
    try (var run = begin(pipeline, grid, 4);
        var branch = branch(pipeline, run, 4)) {
      long before = Subgraph.runs();

      forward(run, branch, grid);

      assertThat(Subgraph.runs() - before).isEqualTo(BLOCKS * (3 + 1 + 3) + 2);
    }
  }

  @Test
  void aLaneThatFailsEndsTheOthersWithItsFailure() {
    var grid = new Grid(8, 8);
    for (var device : devices) {
      var pool = device.queue().pool();
      try (var run = begin(pipeline, grid, 9);
          var branch = branch(pipeline, run, 9)) {
        long rest = device.freeBytes() + device.idleBytes();
        long taken = pool.fresh(rest);
        try {
          assertThatThrownBy(() -> forward(run, branch, grid))
              .isInstanceOf(OutOfDeviceMemoryException.class);
          assertThatThrownBy(() -> forward(run, branch, grid))
              .as("it is over for all")
              .isInstanceOf(OutOfDeviceMemoryException.class);
        } finally {
          pool.free(taken, rest);
        }
      }
      assertThat(Tensor.open()).isZero();
      assertThat(velocity(pipeline, grid, 9)).hasSize(8 * 8 * CHANNELS);
    }
  }

  @Test
  void aCancelEndsAllLanesWhereverTheyAre() {
    var grid = new Grid(16, 16);
    long before = across();
    try (var run = begin(pipeline, grid, 9);
        var branch = branch(pipeline, run, 9)) {
      Thread.ofVirtual()
          .start(() -> {
            Await.until("lanes take from each other", () -> across() > before);
            signal.cancel();
          });
      assertThatThrownBy(
              () -> {
                while (true) {
                  forward(run, branch, grid);
                }
              })
          .isInstanceOf(CancelledException.class);
    }
  }

  @Test
  void requestsAtOnceMeetByThemselves() throws InterruptedException {
    var grid = new Grid(5, 7);
    float[] alone = velocity(pipeline, grid, 11);
    var failures = new ConcurrentLinkedQueue<Throwable>();
    var threads =
        IntStream.range(0, 3)
            .mapToObj(_ ->
                Thread.ofPlatform()
                    .start(() -> {
                      try {
                        for (int i = 0; i < 5; i++) {
                          assertThat(velocity(pipeline, grid, 11)).isEqualTo(alone);
                        }
                      } catch (Throwable e) {
                        failures.add(e);
                      }
                    }))
            .toList();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }
}
