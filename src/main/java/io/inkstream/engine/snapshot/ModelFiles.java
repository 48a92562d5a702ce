package io.inkstream.engine.snapshot;

import io.inkstream.engine.checkpoint.Part;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;

/// Where a model lies: a snapshot, and perhaps other folders or single files for some of its
/// networks. What a snapshot lacks beside weights is taken from the published configuration.
///
/// @param snapshot a folder in diffusers' layout
/// @param parts for networks that come from elsewhere
public record ModelFiles(Path snapshot, Map<Part, Path> parts) {
  public ModelFiles {
    parts = Map.copyOf(parts);
  }

  /// A snapshot alone.
  public static ModelFiles of(Path snapshot) {
    return new ModelFiles(snapshot, Map.of());
  }

  /// A snapshot, perhaps with another VAE.
  public static ModelFiles of(Path snapshot, Optional<Path> vae) {
    Map<Part, Path> parts = new EnumMap<>(Part.class);
    vae.ifPresent(path -> parts.put(Part.VAE, path));
    return new ModelFiles(snapshot, parts);
  }

  /// Where a network comes from.
  Path of(Part part) {
    return parts.getOrDefault(part, snapshot.resolve(part.folder()));
  }
}
