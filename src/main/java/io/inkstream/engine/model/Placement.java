package io.inkstream.engine.model;

import io.inkstream.engine.device.Amount;
import java.util.List;
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

  /// A line for each part.
  public Stream<String> lines() {
    return parts.stream().map(part -> "%s: %s".formatted(where, part));
  }
}
