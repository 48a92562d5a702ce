package io.inkstream.model;

import io.inkstream.runtime.DeviceRuntime;

/// What of a model lies on a device, whose memory may be too small for all of it.
///
/// First the text encoder goes to the processor, then as many blocks as must: their weights come
/// from the host whenever they run.
///
/// @param textEncoderOnDevice whether the text encoder runs there too
/// @param residentBlocks transformer blocks whose weights stay there
/// @param bytes of the device that all of it takes, working memory included
public record DevicePlan(boolean textEncoderOnDevice, int residentBlocks, long bytes) {
  /// Bytes of the parts.
  ///
  /// @param blocks of the transformer
  /// @param block the weights of one of them
  /// @param textEncoder its weights
  /// @param rest whatever must be there: the other weights and the working memory
  record Needs(int blocks, long block, long textEncoder, long rest) {}

  /// The best plan for so many bytes.
  ///
  /// @throws IllegalArgumentException if not even a few blocks at a time fit
  static DevicePlan of(Needs needs, long budget) {
    long blocks = needs.blocks() * needs.block();
    if (needs.rest() + needs.textEncoder() + blocks <= budget) {
      return new DevicePlan(true, needs.blocks(), needs.rest() + needs.textEncoder() + blocks);
    }
    if (needs.rest() + blocks <= budget) {
      return new DevicePlan(false, needs.blocks(), needs.rest() + blocks);
    }
    long turns = DeviceRuntime.turns() * needs.block();
    long least = needs.rest() + turns;
    if (budget < least) {
      throw new IllegalArgumentException(
          "device-memory is %s, must be %s or more for this model"
              .formatted(Amount.bytes(budget), Amount.bytes(least)));
    }
    int resident = (int) Math.min(needs.blocks() - 1, (budget - least) / needs.block());
    return new DevicePlan(false, resident, least + resident * needs.block());
  }
}
