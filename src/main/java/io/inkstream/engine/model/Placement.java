package io.inkstream.engine.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where the parts of a model will lie, as it is planned before any of them is loaded.
///
/// @param where `NVIDIA H100 80GB HBM3`, `cpu`
/// @param parts with their bytes, and how they lie there
public record Placement(String where, List<Part> parts) {
  /// A part of a model.
  ///
  /// @param how for people: `stays on the device`
  public record Part(String name, long bytes, String how) {
    @Override
    public String toString() {
      return "%s: %s, %s".formatted(name, Amount.bytes(bytes), how);
    }
  }

  public Placement {
    parts = List.copyOf(parts);
  }

  /// On a device.
  ///
  /// @param name the device's
  /// @param budget bytes of it that may be used
  static Placement onDevice(
      String name, DeviceNeeds needs, DevicePlan plan, Residency asked, long budget) {
    List<Part> parts = new ArrayList<>();
    parts.add(transformer(needs, plan, asked));
    parts.add(textEncoder(needs, plan, asked));
    if (needs.vision() > 0) {
      parts.add(part("image encoder", needs.vision(), asked.imageEncoder(), "each given picture"));
    }
    parts.add(part("vae", needs.vae(), asked.vae(), "each picture"));
    parts.add(new Part("the rest", needs.rest(), "the device's own libraries among it"));
    parts.add(new Part("drawing", needs.working(), "at the usual size"));
    parts.add(
        new Part("together", plan.bytes(), "of " + Amount.bytes(budget) + " that may be used"));
    return new Placement(name, parts);
  }

  private static Part transformer(DeviceNeeds needs, DevicePlan plan, Residency asked) {
    int stay = plan.residentBlocks();
    String why = why(asked.transformer().isPresent(), stay == needs.blocks());
    String how =
        stay == needs.blocks()
            ? "all %d blocks stay".formatted(stay)
            : "%d of %d blocks stay, the others come from %s at each forward"
                .formatted(stay, needs.blocks(), host(asked));
    return new Part("transformer", needs.blocks() * needs.block(), how + why);
  }

  private static Part textEncoder(DeviceNeeds needs, DevicePlan plan, Residency asked) {
    boolean stays = plan.textEncoderResident();
    String how = stays ? "stays" : "comes from " + host(asked) + " for each new prompt";
    return new Part(
        "text encoder",
        needs.textLayers() * needs.textLayer(),
        how + why(asked.textEncoder().isPresent(), stays));
  }

  private static Part part(String name, long bytes, Optional<Boolean> asked, String when) {
    String how = asked.orElse(true) ? "stays" : "comes from files for " + when;
    return new Part(name, bytes, how + why(asked.isPresent(), true));
  }

  private static String host(Residency asked) {
    return asked.pinned() ? "page-locked memory" : "files";
  }

  private static String why(boolean asked, boolean fits) {
    if (asked) {
      return ", as asked";
    }
    return fits ? "" : ", as not all fits";
  }

  /// A line for each part.
  public Stream<String> lines() {
    return parts.stream().map(part -> "%s: %s".formatted(where, part));
  }
}
