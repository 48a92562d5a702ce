package io.inkstream.cli.bench;

import static io.inkstream.engine.cache.CacheDitKey.*;

import io.inkstream.engine.cache.CacheDecision;
import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.device.Copies;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TorchGenerator;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.transformer.RunShape;
import io.inkstream.engine.transformer.TransformerRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// Forwards of one branch with random latents and embeddings, timed one by one.
///
/// @param grid of the picture in tokens
/// @param textTokens of the prompt
public record ForwardTrial(
    DiffusionPipeline pipeline, OnnxRuntime runtime, Grid grid, int textTokens) {
  private static final int WARMUPS = 3;
  private static final int TEXT = 2;
  private static final int FIRST_TEXT = 100;

  /// What forwards took.
  ///
  /// @param milliseconds of each, in the order of time
  /// @param copies between host and device, of all of them
  /// @param outcomes what the cache decided, of all of them
  public record Times(List<Double> milliseconds, Copies copies, List<String> outcomes) {
    /// Of the milliseconds.
    public double median() {
      var sorted = milliseconds.stream().sorted().toList();
      return sorted.get(sorted.size() / 2);
    }
  }

  /// Forwards that run all blocks.
  public Times plain(int forwards) {
    return times(Optional.empty(), forwards, true);
  }

  /// Forwards that compare with the last one, and then run all blocks all the same.
  public Times computed(int forwards, DBCacheConfig config) {
    return times(
        Optional.of(config.with(MAX_WARMUP_STEPS, 1).with(RESIDUAL_DIFF_THRESHOLD, 1e-9)),
        forwards,
        true);
  }

  /// Forwards that compare with the last one, and reuse what the middle blocks did.
  public Times reused(int forwards, DBCacheConfig config) {
    return times(
        Optional.of(
            config
                .with(MAX_WARMUP_STEPS, 1)
                .with(RESIDUAL_DIFF_THRESHOLD, 0.99)
                .with(MAX_CONTINUOUS_CACHED_STEPS, -1)),
        forwards,
        false);
  }

  /// What a text costs before its first forward: forwards that begin with it, of texts of one
  /// length, each timed with what is made of its text.
  ///
  /// @param fresh whether each text is another; otherwise what is remembered of it is at hand
  public Times beginning(int forwards, boolean fresh) {
    List<Double> milliseconds = new ArrayList<>();
    Copies before = copies();
    try (var run = begin(Optional.empty(), new float[] {0.5f}, new CancellationSignal())) {
      for (int i = 0; i < WARMUPS + forwards; i++) {
        try (var embeds = embeds(FIRST_TEXT + (fresh ? i : 0))) {
          long start = System.nanoTime();
          try (var branch = run.branch(embeds)) {
            var _ = run.forward(BranchName.MAIN, List.of(branch), 0, List.of(latents(0)));
          }
          milliseconds.add((System.nanoTime() - start) / 1e6);
        }
      }
      var measured = milliseconds.subList(WARMUPS, milliseconds.size());
      return new Times(measured, copies().since(before), List.of());
    }
  }

  /// How long a forward goes on after a cancel in its middle.
  ///
  /// @param milliseconds that a whole one takes
  public double cancelMilliseconds(double milliseconds) {
    var signal = new CancellationSignal();
    try (var run = begin(Optional.empty(), new float[] {0.5f}, signal);
        var embeds = embeds();
        var branch = run.branch(embeds)) {
      var cancelled = new long[1];
      var canceller =
          Thread.ofPlatform()
              .start(() -> {
                sleep(milliseconds / 2);
                cancelled[0] = System.nanoTime();
                signal.cancel();
              });
      try {
        var _ = run.forward(BranchName.MAIN, List.of(branch), 0, List.of(latents(0)));
        return Double.NaN; // the cancel came too late
      } catch (CancelledException e) {
        join(canceller);
        return (System.nanoTime() - cancelled[0]) / 1e6;
      }
    }
  }

  private static void sleep(double milliseconds) {
    LockSupport.parkNanos((long) (milliseconds * 1e6));
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// The modulations of so many steps, in seconds.
  public double modulationSeconds(int steps) {
    float[] timesteps = new float[steps];
    for (int i = 0; i < steps; i++) {
      timesteps[i] = 1 - i / (float) steps;
    }
    long start = System.nanoTime();
    begin(Optional.empty(), timesteps, new CancellationSignal()).close();
    return (System.nanoTime() - start) / 1e9;
  }

  private Times times(Optional<DBCacheConfig> cache, int forwards, boolean moving) {
    int all = WARMUPS + forwards;
    float[] timesteps = new float[all];
    for (int i = 0; i < all; i++) {
      timesteps[i] = moving ? 1 - i / (all + 1f) : 0.5f;
    }
    List<Double> milliseconds = new ArrayList<>();
    List<String> outcomes = new ArrayList<>();
    Copies before = copies();
    try (var run = begin(cache, timesteps, new CancellationSignal());
        var embeds = embeds();
        var branch = run.branch(embeds)) {
      for (int i = 0; i < all; i++) {
        if (i == WARMUPS) {
          before = copies();
        }
        float[] latents = latents(moving ? i : 0);
        long start = System.nanoTime();
        var begun = run.begin(BranchName.MAIN, List.of(branch), i, List.of(latents));
        var _ = begun.velocities().getFirst().get();
        if (i >= WARMUPS) {
          milliseconds.add((System.nanoTime() - start) / 1e6);
          begun.decision().get().map(CacheDecision::outcome).ifPresent(outcomes::add);
        }
      }
      return new Times(milliseconds, copies().since(before), outcomes);
    }
  }

  /// The velocity of given latents `[tokens, channels]` and embeddings `[text, width]`.
  public float[] velocity(float[] latents, float[] embeddings, float timestep) {
    int width = pipeline.textWidth();
    try (var run = begin(Optional.empty(), new float[] {timestep}, new CancellationSignal());
        var embeds = Tensor.of(embeddings, embeddings.length / width, width);
        var branch = run.branch(embeds)) {
      return run.forward(BranchName.MAIN, List.of(branch), 0, List.of(latents)).getFirst();
    }
  }

  /// The velocity of random latents and embeddings, always the same ones.
  public float[] velocity() {
    int embeddings = textTokens * pipeline.textWidth();
    return velocity(latents(0), new TorchGenerator(TEXT).randn(embeddings), 0.5f);
  }

  private TransformerRun begin(
      Optional<DBCacheConfig> cache, float[] timesteps, CancellationSignal signal) {
    return pipeline
        .transformer()
        .begin(new RunShape(grid, textTokens, 1, 1, cache), timesteps, signal);
  }

  private Tensor embeds() {
    return embeds(TEXT);
  }

  private Tensor embeds(int seed) {
    int width = pipeline.textWidth();
    return Tensor.of(new TorchGenerator(seed).randn(textTokens * width), textTokens, width);
  }

  private float[] latents(int seed) {
    int tokens = grid.height() * grid.width();
    return new TorchGenerator(seed).randn(tokens * pipeline.transformer().inChannels());
  }

  private Copies copies() {
    return runtime.onDevice().map(DeviceRuntime::copies).orElse(Copies.NONE);
  }
}
