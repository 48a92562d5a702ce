package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;

/// What of a model lies on a device, whose memory may be too small for all of it.
///
/// First the text encoder's layers come from the host whenever a prompt is encoded, then as many
/// blocks as must, whenever they run.
///
/// @param textEncoderResident whether the text encoder's weights stay there
/// @param residentBlocks transformer blocks whose weights stay there
/// @param bytes of the device that all of it takes, working memory included
/// @param room bytes of the device beside the weights: the working memory, and what is left
public record DevicePlan(boolean textEncoderResident, int residentBlocks, long bytes, long room) {
  /// What of a snapshot would lie on a device with so many bytes.
  ///
  /// @param element in which it computes there
  /// @throws DeviceException if not even a few blocks at a time fit
  public static DevicePlan of(
      QwenImageSnapshot snapshot, DType element, Device.Kind kind, long budget) {
    return of(DeviceNeeds.of(snapshot, element, kind), budget);
  }

  /// The best plan for so many bytes.
  ///
  /// @throws DeviceException if not even a few blocks at a time fit
  static DevicePlan of(DeviceNeeds needs, long budget) {
    long blocks = needs.blocks() * needs.block();
    long text = needs.textLayers() * needs.textLayer();
    long all = needs.rest() + needs.working() + blocks + text;
    if (all <= budget) {
      return of(true, needs.blocks(), all, needs, budget);
    }
    int turns = DeviceRuntime.turns();
    long always = needs.rest() + needs.working() + turns * needs.textLayer();
    if (always + blocks <= budget) {
      return of(false, needs.blocks(), always + blocks, needs, budget);
    }
    long least = always + turns * needs.block();
    if (budget < least) {
      throw new DeviceException(
          "device-memory is %s, must be %s or more for this model"
              .formatted(Amount.bytes(budget), Amount.bytes(least)));
    }
    int resident = (int) Math.min(needs.blocks() - 1, (budget - least) / needs.block());
    return of(false, resident, least + resident * needs.block(), needs, budget);
  }

  private static DevicePlan of(
      boolean textEncoder, int resident, long bytes, DeviceNeeds needs, long budget) {
    return new DevicePlan(textEncoder, resident, bytes, budget - bytes + needs.working());
  }
}
