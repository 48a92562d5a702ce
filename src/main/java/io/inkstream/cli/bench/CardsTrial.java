package io.inkstream.cli.bench;

import io.inkstream.engine.device.Copies;
import io.inkstream.engine.pipeline.DiffusionPipeline;
import io.inkstream.engine.pipeline.NonFiniteLatentsException;
import io.inkstream.engine.request.GeneratedImage;
import io.inkstream.engine.request.GenerationRequest;
import io.inkstream.engine.runtime.CancellationSignal;
import io.inkstream.engine.runtime.DeviceRuntime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Pictures of one card and of several, in turn: so each round is a ratio.
///
/// @param one on a card
/// @param replicas on others, or on that one and others; each draws a picture a round, all at once
/// @param devices of all replicas
/// @param threads as many as replicas, kept for all rounds as a server keeps its own: each plans
///   attention anew
public record CardsTrial(
    DiffusionPipeline one,
    List<DiffusionPipeline> replicas,
    List<DeviceRuntime> devices,
    Executor threads) {
  /// What a round took.
  ///
  /// @param one seconds of a picture on one card
  /// @param several seconds of a picture of each replica, all at once
  /// @param copies of each of the several devices, for a picture
  /// @param same whether there are pictures, and all have the same pixels
  public record Round(double one, double several, List<Copies> copies, boolean same) {
    /// How many times as many pictures the several draw.
    public double throughput(int replicas) {
      return replicas * one / several;
    }
  }

  /// A round of the same picture.
  public Round draw(GenerationRequest request) {
    long start = System.nanoTime();
    var expected = pixels(one, request);
    double alone = seconds(start);
    var before = devices.stream().map(DeviceRuntime::copies).toList();
    start = System.nanoTime();
    var drawn = together(request);
    double together = seconds(start);
    List<Copies> copies = new ArrayList<>();
    for (int i = 0; i < devices.size(); i++) {
      copies.add(devices.get(i).copies().since(before.get(i)));
    }
    boolean same = !expected.isEmpty() && drawn.stream().allMatch(expected::equals);
    return new Round(alone, together, copies, same);
  }

  private List<List<Integer>> together(GenerationRequest request) {
    var drawing =
        replicas.stream()
            .map(replica -> (Supplier<List<Integer>>) () -> pixels(replica, request))
            .map(work -> CompletableFuture.supplyAsync(work, threads))
            .toList();
    return drawing.stream().map(CompletableFuture::join).toList();
  }

  /// Hashes of a request's pictures. Random weights may give numbers that are none: the time still
  /// counts, and there is no picture.
  private static List<Integer> pixels(DiffusionPipeline pipeline, GenerationRequest request) {
    try {
      return pipeline.generate(request, event -> {}, new CancellationSignal()).stream()
          .map(CardsTrial::hash)
          .toList();
    } catch (NonFiniteLatentsException e) {
      return List.of();
    }
  }

  private static int hash(GeneratedImage image) {
    return Arrays.hashCode(image.pixels().rgb());
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
