package io.inkstream.engine.model;

import io.inkstream.engine.device.Amount;
import io.inkstream.engine.model.Placement.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a plan says of one device, for people.
///
/// @param where the device's name
/// @param budget bytes of it that may be used
/// @param firstBlock the first of its blocks
/// @param firstLayer the first of its layers of the text encoder
record DevicePlacement(
    String where,
    long budget,
    DeviceNeeds needs,
    Residency asked,
    CardPlan plan,
    int firstBlock,
    int firstLayer) {
  /// Of each device of a plan.
  ///
  /// @param names of the devices, for people
  /// @param stages of a lane, each of which has all blocks
  static List<Placement> of(
      DeviceNeeds needs,
      Residency asked,
      DevicePlan plan,
      List<String> names,
      List<CardMemory> memories,
      int stages) {
    List<Placement> placements = new ArrayList<>();
    int block = 0;
    int layer = 0;
    for (int card = 0; card < memories.size(); card++) {
      block = card % stages == 0 ? 0 : block;
      var own = plan.cards().get(card);
      var name = names.get(card);
      long budget = memories.get(card).budget();
      placements.add(
          new DevicePlacement(name, budget, needs, asked, own, block, layer).placement());
      block += own.blocks();
      layer += own.textLayers();
    }
    return placements;
  }

  Placement placement() {
    List<Part> parts = new ArrayList<>();
    if (plan.blocks() > 0) {
      parts.add(transformer());
    }
    if (plan.textLayers() > 0) {
      parts.add(textEncoder());
    }
    if (plan.decodes()) {
      if (needs.vision() > 0) {
        parts.add(
            part("image encoder", needs.vision(), asked.imageEncoder(), "each given picture"));
      }
      parts.add(part("vae", needs.vae(), asked.vae(), "each picture"));
    }
    parts.add(new Part("the rest", rest(), "the device's own libraries among it"));
    parts.add(new Part("drawing", needs.working(plan.duty()), "at the usual size"));
    parts.add(new Part("together", plan.bytes(), "of " + usable()));
    return new Placement(where, parts);
  }

  private String usable() {
    return budget == Long.MAX_VALUE
        ? "whatever may be used"
        : Amount.bytes(budget) + " that may be used";
  }

  private long rest() {
    return needs.context() + (plan.blocks() > 0 ? needs.rest() : 0);
  }

  private Part transformer() {
    int blocks = plan.blocks();
    int stay = plan.residentBlocks();
    boolean told = asked.transformer().isPresent();
    String own = "blocks %d to %d".formatted(firstBlock, firstBlock + blocks - 1);
    boolean all = blocks == needs.blocks();
    String how =
        stay == blocks
            ? "%s stay".formatted(all ? "all %d blocks".formatted(blocks) : own)
            : "%d of %s stay, the others come from %s at each forward"
                .formatted(stay, all ? blocks + " blocks" : own, host());
    return Part.of("transformer", blocks * needs.block(), how + why(told, stay == blocks), told);
  }

  private Part textEncoder() {
    int layers = plan.textLayers();
    boolean stays = plan.textStays();
    boolean told = asked.textEncoder().isPresent();
    boolean whole = layers == needs.textLayers();
    String which = whole ? "" : "layers %d to %d ".formatted(firstLayer, firstLayer + layers - 1);
    String how =
        stays
            ? (whole ? "stays" : "stay")
            : "%s from %s for each new prompt".formatted(whole ? "comes" : "come", host());
    long bytes = layers * needs.textLayer();
    return Part.of("text encoder", bytes, which + how + why(told, stays), told);
  }

  private static Part part(String name, long bytes, Optional<Boolean> asked, String when) {
    String how = asked.orElse(true) ? "stays" : "comes from files for " + when;
    return Part.of(name, bytes, how, asked.isPresent());
  }

  private String host() {
    return asked.pinned() ? "page-locked memory" : "files";
  }

  private static String why(boolean asked, boolean fits) {
    return asked || fits ? "" : ", as not all fits";
  }
}
