package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.device.Parallelism;
import io.inkstream.engine.runtime.DeviceRuntime;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import java.util.List;
import java.util.stream.IntStream;

/// What of a model lies on which device, whose memories may be too small for all of it.
///
/// Unless somebody says what stays: first the text encoder's layers come from the host whenever a
/// prompt is encoded, then as few blocks as must, whenever they run.
///
/// @param cards of each device; layers lie on them in this order, those of a lane on as many as it
///   has stages
public record DevicePlan(List<CardPlan> cards) {
  public DevicePlan {
    cards = List.copyOf(cards);
  }

  /// What of a snapshot would lie on a device with so many bytes.
  ///
  /// @param element in which it computes there
  /// @throws DeviceException if not even a few blocks at a time fit
  public static DevicePlan of(
      QwenImageSnapshot snapshot, DType element, Device.Kind kind, long budget) {
    return of(DeviceNeeds.of(snapshot, element, kind), Residency.AUTO, budget);
  }

  /// What of a snapshot would lie on devices that have been started.
  ///
  /// @param textCards devices that the text encoder is placed on at least
  /// @throws DeviceException if not even a few blocks at a time fit, or one would hold nothing
  public static DevicePlan of(
      QwenImageSnapshot snapshot,
      DType element,
      Residency asked,
      int textCards,
      Parallelism parallelism,
      List<DeviceRuntime> devices) {
    var needs = DeviceNeeds.of(snapshot, element, devices.getFirst().device().kind());
    var memories = devices.stream().map(CardMemory::of).toList();
    return new LayerSpread(needs, asked, memories, parallelism.stages(), textCards).plan();
  }

  /// What would lie on several that its layers are spread over, each with so many bytes.
  ///
  /// @throws DeviceException if not even a few blocks at a time fit
  public static DevicePlan spread(
      QwenImageSnapshot snapshot, DType element, Device.Kind kind, int cards, long budget) {
    var each =
        IntStream.range(0, cards)
            .mapToObj(card -> new CardMemory(new Device(kind, card).toString(), budget))
            .toList();
    var needs = DeviceNeeds.of(snapshot, element, kind);
    return new LayerSpread(needs, Residency.AUTO, each, cards, 1).plan();
  }

  /// The best plan for one device of so many bytes.
  ///
  /// @param asked what must stay, and what must not
  /// @throws DeviceException if that does not fit
  static DevicePlan of(DeviceNeeds needs, Residency asked, long budget) {
    return new LayerSpread(needs, asked, List.of(new CardMemory("", budget)), 1, 1).plan();
  }

  /// Whether all of the text encoder's weights stay.
  public boolean textEncoderResident() {
    return cards.stream().allMatch(CardPlan::textStays);
  }

  /// Blocks whose weights stay, on all devices together.
  public int residentBlocks() {
    return cards.stream().mapToInt(CardPlan::residentBlocks).sum();
  }

  /// Bytes that all of it takes, on all devices together.
  public long bytes() {
    return cards.stream().mapToLong(CardPlan::bytes).sum();
  }
}
