package io.inkstream.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.engine.cache.CacheStats.BranchName;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// The branches of guidance on two devices.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LanesTest {
  private static final Grid GRID = new Grid(4, 4);
  private static final int NUMBERS = 16 * 64;
  private static final float[] TIMES = {1, 0.5f};

  private final Runtimes devices = EmulatedDevice.runtimes(new Parallelism(1, 2, 1, 1));
  private final CancellationSignal signal = new CancellationSignal();
  private final DiffusionPipeline pipeline =
      PipelineLoader.load(
          new ModelSettings(
              Path.of("src/test/resources/goldens/tiny"),
              Optional.empty(),
              EmulatedDevice.PRECISION),
          devices);

  @AfterEach
  void nothingIsLeft() {
    pipeline.close();
    assertThat(Tensor.open()).isZero();
    assertThat(Subgraph.open()).isZero();
  }

  private TransformerRun begin() {
    return pipeline
        .transformer()
        .begin(new RunShape(GRID, 5, 1, 2, Optional.empty()), TIMES, signal);
  }

  private Branch branch(TransformerRun run, BranchName name) {
    int width = pipeline.textWidth();
    try (var embeds = Tensor.of(new TorchGenerator(7).randn(5 * width), 5, width)) {
      return run.branches(name, List.of(embeds), List.of()).getFirst();
    }
  }

  private static List<float[]> latents() {
    return List.of(new TorchGenerator(1).randn(NUMBERS));
  }

  private DeviceRuntime device(int lane) {
    return devices.all().get(lane).onDevice().orElseThrow();
  }

  @Test
  void oneBranchIsDoneWhileTheOthersDeviceDoesNothing() throws InterruptedException {
    for (int held = 0; held < 2; held++) {
      try (var run = begin();
          var main = branch(run, BranchName.MAIN);
          var cfg = branch(run, BranchName.CFG);
          var _ = new Held(device(held))) {
        var with = run.begin(BranchName.MAIN, List.of(main), 0, latents());
        var without = run.begin(BranchName.CFG, List.of(cfg), 0, latents());
        var free = held == 0 ? without : with;
        assertThat(free.velocities().getFirst().get()).hasSize(NUMBERS);
      }
    }
  }

  @Test
  void whatABranchGivesIsTheSameOnEitherDevice() {
    try (var run = begin();
        var main = branch(run, BranchName.MAIN);
        var cfg = branch(run, BranchName.CFG)) {
      var before = device(1).copies();
      var with = run.forward(BranchName.MAIN, List.of(main), 0, latents()).getFirst();
      assertThat(device(1).copies()).isEqualTo(before);
      var without = run.forward(BranchName.CFG, List.of(cfg), 0, latents()).getFirst();
      assertThat(without).isEqualTo(with);
      // All that comes from the second card at a step.
      assertThat(device(1).copies().since(before).downBytes())
          .isEqualTo((long) with.length * Float.BYTES);
      assertThat(device(1).copies().since(before).acrossBytes()).isZero();
    }
  }

  @Test
  void aBranchIsNotFreedWhileItsLaneWorksWithIt() throws InterruptedException {
    try (var run = begin();
        var main = branch(run, BranchName.MAIN);
        var cfg = branch(run, BranchName.CFG)) {
      CompletableFuture<Void> closing;
      try (var _ = new Held(device(1))) {
        var without = run.begin(BranchName.CFG, List.of(cfg), 0, latents());
        closing = CompletableFuture.runAsync(cfg::close);
        for (int i = 0; i < 5; i++) { // meanwhile
          var _ = run.forward(BranchName.MAIN, List.of(main), 0, latents());
        }
        assertThat(closing).isNotDone();
        assertThat(without.velocities()).hasSize(1);
      }
      closing.join();
    }
  }

  @Test
  void aCancelEndsBothLanes() {
    try (var run = begin();
        var main = branch(run, BranchName.MAIN);
        var cfg = branch(run, BranchName.CFG)) {
      signal.cancel();
      assertThatThrownBy(() -> run.forward(BranchName.MAIN, List.of(main), 0, latents()))
          .isInstanceOf(CancelledException.class);
      assertThatThrownBy(() -> run.forward(BranchName.CFG, List.of(cfg), 0, latents()))
          .isInstanceOf(CancelledException.class);
    }
  }

  /// A device to which nobody else can give any work.
  private static final class Held implements AutoCloseable {
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread holder;

    Held(DeviceRuntime device) throws InterruptedException {
      var held = new CountDownLatch(1);
      holder =
          Thread.ofPlatform()
              .start(() -> {
                device.queue().order().lock();
                try {
                  held.countDown();
                  end.await();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                } finally {
                  device.queue().order().unlock();
                }
              });
      assertThat(held.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Override
    public void close() throws InterruptedException {
      end.countDown();
      holder.join();
    }
  }
}
