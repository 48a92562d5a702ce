package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The denoising network, as a list of block subgraphs: diffusers' `QwenImageTransformer2DModel`,
/// or `QwenImage21Transformer2DModel`, as its parts have it.
///
/// Pictures and branches run one after the other, each with its own text length: no padding, no
/// masks. Any number of [TransformerRun]s may share one model.
public final class DiffusionTransformer implements AutoCloseable {
  private final List<TransformerParts> lanes;
  private final int slices;
  private final TransformerSizes sizes;
  private final LaneThreads threads = new LaneThreads();

  /// On one device.
  public DiffusionTransformer(TransformerParts parts, TransformerSizes sizes) {
    this(List.of(parts), 1, sizes);
  }

  /// On several: the same network, each in a device's memory.
  ///
  /// @param lanes those that run one branch of guidance, then those that run the other, if there
  ///   are more
  /// @param slices lanes of a branch
  public DiffusionTransformer(List<TransformerParts> lanes, int slices, TransformerSizes sizes) {
    this.lanes = List.copyOf(lanes);
    this.slices = slices;
    this.sizes = sizes;
  }

  /// Number of transformer blocks.
  public int blocks() {
    return parts().blocks().count();
  }

  /// Features of an image token.
  public int inChannels() {
    return sizes.inChannels();
  }

  /// Latents to a token, along each axis.
  public int patchSize() {
    return sizes.patchSize();
  }

  /// Checks that a cache goes with this transformer and where it runs.
  ///
  /// @throws io.inkstream.engine.cache.InvalidCacheConfigException if not
  public void requireFits(DBCacheConfig cache) {
    cache.requireFits(blocks());
    if (parts().onDevice().isPresent()) {
      cache.requireElementsUnseen();
    }
  }

  /// Prepares the forwards of one request. The caller closes the run.
  ///
  /// @param times what forwards get as time, in [0, 1]
  public TransformerRun begin(RunShape shape, float[] times, CancellationSignal signal) {
    shape.cache().ifPresent(this::requireFits);
    List<Supplier<LaneRun>> opening = new ArrayList<>();
    var lanes = lanes(shape);
    int text = parts().conditioning().rows(shape.textTokens());
    var shares = Slice.share(slices, text, shape.imageTokens());
    for (int first = 0; first < lanes.size(); first += slices) {
      var meeting = new Meeting(slices); // a branch's
      for (Slice slice : shares) {
        var parts = lanes.get(first + slice.index());
        opening.add(() -> LaneRun.begin(parts, sizes, slice, meeting, shape, times, signal));
      }
    }
    return TransformerRun.open(opening, slices, threads);
  }

  /// Those of one branch alone, where there is no other or a cache decides for both together.
  private List<TransformerParts> lanes(RunShape shape) {
    boolean together = shape.cache().filter(cache -> !cache.branchesAreApart()).isPresent();
    return shape.branches() == 1 || together ? lanes.subList(0, slices) : lanes;
  }

  private TransformerParts parts() {
    return lanes.getFirst();
  }

  /// Reads the weights of adapters that act from the start on, so that what is wrong with them is
  /// said now.
  public void read(List<AdapterWeight> adapters) {
    lanes.forEach(parts -> parts.adapters().read(adapters).close());
  }

  /// Bytes that adapters take before a run with them begins.
  public long bytesOf(List<AdapterWeight> adapters) {
    return parts().adapters().bytesToMake(adapters);
  }

  @Override
  public void close() {
    threads.close();
    lanes.forEach(TransformerParts::close);
  }
}
