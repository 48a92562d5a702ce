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
    /// @param asked whether somebody said so
    static Part of(String name, long bytes, String how, boolean asked) {
      return new Part(name, bytes, asked ? how + ", as asked" : how);
    }

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
    boolean told = asked.transformer().isPresent();
    String how =
        stay == needs.blocks()
            ? "all %d blocks stay".formatted(stay)
            : "%d of %d blocks stay, the others come from %s at each forward"
                .formatted(stay, needs.blocks(), host(asked));
    String why = why(told, stay == needs.blocks());
    return Part.of("transformer", needs.blocks() * needs.block(), how + why, told);
  }

  private static Part textEncoder(DeviceNeeds needs, DevicePlan plan, Residency asked) {
    boolean stays = plan.textEncoderResident();
    String how = stays ? "stays" : "comes from " + host(asked) + " for each new prompt";
    boolean told = asked.textEncoder().isPresent();
    long bytes = needs.textLayers() * needs.textLayer();
    return Part.of("text encoder", bytes, how + why(told, stays), told);
  }

  private static Part part(String name, long bytes, Optional<Boolean> asked, String when) {
    String how = asked.orElse(true) ? "stays" : "comes from files for " + when;
    return Part.of(name, bytes, how, asked.isPresent());
  }

  private static String host(Residency asked) {
    return asked.pinned() ? "page-locked memory" : "files";
  }

  private static String why(boolean asked, boolean fits) {
    return asked || fits ? "" : ", as not all fits";
  }

  /// A line for each part.
  public Stream<String> lines() {
    return parts.stream().map(part -> "%s: %s".formatted(where, part));
  }
}
