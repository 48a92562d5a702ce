package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// The denoising network, as a list of block subgraphs: diffusers' `QwenImageTransformer2DModel`,
/// or `QwenImage21Transformer2DModel`, as its parts have it.
///
/// Pictures and branches run one after the other, each with its own text length: no padding, no
/// masks. Any number of [TransformerRun]s may share one model.
public final class DiffusionTransformer implements AutoCloseable {
  private final TransformerParts parts;
  private final int width;
  private final int inChannels;
  private final int patchSize;
  private final boolean zeroCondT;

  /// @param width D: heads times a head's width
  /// @param inChannels features of an image token
  /// @param patchSize latents to a token, along each axis
  /// @param zeroCondT whether given pictures are modulated as of time 0
  public DiffusionTransformer(
      TransformerParts parts, int width, int inChannels, int patchSize, boolean zeroCondT) {
    this.parts = parts;
    this.width = width;
    this.inChannels = inChannels;
    this.patchSize = patchSize;
    this.zeroCondT = zeroCondT;
  }

  /// Number of transformer blocks.
  public int blocks() {
    return parts.blocks().size();
  }

  /// Features of an image token.
  public int inChannels() {
    return inChannels;
  }

  /// Latents to a token, along each axis.
  public int patchSize() {
    return patchSize;
  }

  /// Checks that a cache goes with this transformer and where it runs.
  ///
  /// @throws io.inkstream.engine.cache.InvalidCacheConfigException if not
  public void requireFits(DBCacheConfig cache) {
    cache.requireFits(blocks());
    if (parts.onDevice().isPresent()) {
      cache.requireElementsUnseen();
    }
  }

  /// Prepares the forwards of one request. The caller closes the run.
  ///
  /// @param times what forwards get as time, in [0, 1]
  public TransformerRun begin(RunShape shape, float[] times, CancellationSignal signal) {
    shape.cache().ifPresent(this::requireFits);
    AdapterInputs adapters = parts.adapters().take(shape.adapters());
    try {
      boolean zero = zeroCondT || parts.conditioning().isOfTimeZero();
      float[] all = zero ? Arrays.copyOf(times, times.length + 1) : times; // zero at the end
      Modulations modulations = parts.modulations().make(all, adapters, signal);
      OptionalInt zeroTime = zero ? OptionalInt.of(times.length) : OptionalInt.empty();
      var context = new RunContext(shape, modulations, zeroTime, adapters, signal);
      return new TransformerRun(parts, width, inChannels, context, given(context));
    } catch (RuntimeException e) {
      adapters.close();
      throw e;
    }
  }

  private Optional<GivenRows> given(RunContext context) {
    return zeroCondT
        ? Optional.of(
            GivenRows.of(context.shape(), context.zeroTime().orElseThrow(), parts.space()))
        : Optional.empty();
  }

  /// Reads the weights of adapters that act from the start on, so that what is wrong with them is
  /// said now.
  public void read(List<AdapterWeight> adapters) {
    parts.adapters().read(adapters).close();
  }

  /// Bytes that adapters take before a run with them begins.
  public long bytesOf(List<AdapterWeight> adapters) {
    return parts.adapters().bytesToMake(adapters);
  }

  @Override
  public void close() {
    parts.close();
  }
}
