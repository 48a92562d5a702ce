package io.inkstream.engine.model;

import io.inkstream.engine.device.Device;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import io.inkstream.engine.tensor.DType;
import java.util.List;

/// Cards of one host that a model might be loaded on; nothing is started.
///
/// @param first of them; the others of a replica follow it
/// @param element in which they compute
/// @param budget bytes of each that may be used
public record PlannedCards(Device first, DType element, Residency asked, Cards cards, long budget) {
  /// Where the parts of a snapshot would lie, on each card of a replica.
  ///
  /// @throws io.inkstream.engine.device.DeviceException if they do not fit
  public List<Placement> placements(QwenImageSnapshot snapshot) {
    var needs = DeviceNeeds.of(snapshot, element, first.kind());
    int stages = cards.parallelism().stages();
    var memories =
        cards.parallelism().devices(first, 0).stream()
            .map(device -> new CardMemory(device.toString(), budget))
            .toList();
    var plan = new LayerSpread(needs, asked, memories, stages, cards.textEncoder()).plan();
    var names = memories.stream().map(CardMemory::name).toList();
    return DevicePlacement.of(needs, asked, plan, names, memories, stages);
  }
}
