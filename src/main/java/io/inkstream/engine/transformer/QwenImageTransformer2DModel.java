package io.inkstream.engine.transformer;

import io.inkstream.engine.cache.DBCacheConfig;
import io.inkstream.engine.runtime.CancellationSignal;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/// The MMDiT of diffusers' class of this name, as a list of block subgraphs.
///
/// Pictures and branches run one after the other, each with its own text length: no padding, no
/// masks. Any number of [TransformerRun]s may share one model.
public final class QwenImageTransformer2DModel implements AutoCloseable {
  private final TransformerParts parts;
  private final int width;
  private final int inChannels;
  private final QwenEmbedRope rope;
  private final boolean zeroCondT;

  /// @param width D: heads times a head's width
  /// @param inChannels features of an image token
  /// @param zeroCondT whether given pictures are modulated as of time 0
  public QwenImageTransformer2DModel(
      TransformerParts parts, int width, int inChannels, QwenEmbedRope rope, boolean zeroCondT) {
    this.parts = parts;
    this.width = width;
    this.inChannels = inChannels;
    this.rope = rope;
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
      // Zero, too, at the end.
      float[] all = zeroCondT ? Arrays.copyOf(times, times.length + 1) : times;
      Modulations modulations = parts.modulations().make(all, adapters, signal);
      OptionalInt zero = zeroCondT ? OptionalInt.of(times.length) : OptionalInt.empty();
      return new TransformerRun(
          parts, width, inChannels, rope, shape, modulations, zero, adapters, signal);
    } catch (RuntimeException e) {
      adapters.close();
      throw e;
    }
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
