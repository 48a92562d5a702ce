package io.inkstream.cli.bench;

import io.inkstream.engine.cache.CacheStats.BranchName;
import io.inkstream.engine.device.SystemMemory;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.NonFiniteLatentsException;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.runtime.OnnxRuntime;
import io.inkstream.engine.tensor.Tensor;
import io.inkstream.engine.tensor.TorchGenerator;
import io.inkstream.engine.transformer.Branch;
import io.inkstream.engine.transformer.QwenEmbedRope.Grid;
import io.inkstream.engine.transformer.RunShape;
import io.inkstream.engine.transformer.TransformerRun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/// Whether memory grows with prompts that are longer and longer, and whether forwards take the same
/// time whatever the prompt's length.
public record GrowthTrial(DiffusionPipeline pipeline, OnnxRuntime runtime) {
  private static final int PATCH = 16;
  private static final float TIME = 0.5f;

  /// What a picture took, and the memory after it.
  ///
  /// @param words of the prompt, each a token
  /// @param failure why it was not drawn; empty if it was
  public record Picture(int words, double seconds, Memory memory, String failure) {}

  /// Bytes in use now.
  ///
  /// @param device taken there, by anybody; 0 without a device
  /// @param idle of those, kept for the next run
  /// @param process of the host's memory, mapped files aside
  public record Memory(long device, long idle, long process) {}

  /// A forward.
  ///
  /// @param tokens of the prompt
  public record Forward(int tokens, double milliseconds) {}

  /// Draws a picture with each number of words.
  ///
  /// @param each hears of a picture when it is drawn, or not
  public void draw(int side, int steps, List<Integer> words, Consumer<Picture> each) {
    for (int count : words) {
      var request =
          GenerationRequest.of("apple ".repeat(count).strip())
              .withCanvas(side, side)
              .withSteps(steps);
      long start = System.nanoTime();
      String failure = draw(request);
      each.accept(new Picture(count, (System.nanoTime() - start) / 1e9, memory(), failure));
    }
  }

  private String draw(GenerationRequest request) {
    try {
      var _ = pipeline.generate(request, event -> {}, new CancellationSignal());
      return "";
    } catch (NonFiniteLatentsException e) {
      return ""; // random weights may do that; the memory was taken all the same
    } catch (RuntimeException e) {
      return e.toString();
    }
  }

  public Memory memory() {
    return new Memory(
        runtime.onDevice().map(DeviceRuntime::usedBytes).orElse(0L),
        runtime.onDevice().map(DeviceRuntime::idleBytes).orElse(0L),
        SystemMemory.resident().orElse(0));
  }

  /// Forwards with prompts of these lengths, each of them first once, in turn, then all in no
  /// order.
  ///
  /// @param forwards how many come after the first of each length
  public List<Forward> forwards(int side, List<Integer> tokens, int forwards) {
    var grid = new Grid(side / PATCH, side / PATCH);
    var shape = new RunShape(grid, Collections.max(tokens), 1, 1, Optional.empty());
    float[] latents =
        new TorchGenerator(1)
            .randn(grid.height() * grid.width() * pipeline.transformer().inChannels());
    List<Branch> branches = new ArrayList<>();
    var signal = new CancellationSignal();
    try (var run = pipeline.transformer().begin(shape, new float[] {TIME}, signal)) {
      tokens.forEach(count -> branches.add(branch(run, count)));
      List<Forward> all = new ArrayList<>();
      for (int i : order(tokens.size(), forwards)) {
        long start = System.nanoTime();
        var _ = run.forward(BranchName.MAIN, List.of(branches.get(i)), 0, List.of(latents));
        all.add(new Forward(tokens.get(i), (System.nanoTime() - start) / 1e6));
      }
      return all;
    } finally {
      branches.forEach(Branch::close);
    }
  }

  private Branch branch(TransformerRun run, int tokens) {
    int width = pipeline.textWidth();
    try (var embeds = Tensor.of(new TorchGenerator(2).randn(tokens * width), tokens, width)) {
      return run.branch(embeds);
    }
  }

  private static List<Integer> order(int lengths, int forwards) {
    List<Integer> first = new ArrayList<>();
    List<Integer> then = new ArrayList<>();
    for (int i = 0; i < lengths; i++) {
      first.add(i);
    }
    for (int i = 0; i < forwards; i++) {
      then.add(i % lengths);
    }
    Collections.shuffle(then, new Random(1));
    first.addAll(then);
    return first;
  }
}
