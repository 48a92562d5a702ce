package io.inkstream.engine.model;

import java.util.Optional;

/// Which parts of a model stay where the networks run, as far as somebody said so.
///
/// On a device a part that does not stay comes from the host when it runs. On the processor one
/// that stays is widened into memory, and one that does not is left in its files.
///
/// @param textEncoder whether it stays; empty: if it fits beside all else
/// @param imageEncoder the same of a model's eyes; empty: they stay
/// @param vae the same of the VAE; empty: it stays
/// @param transformer how many of its blocks stay; empty: as many as fit
/// @param pinned whether what comes to a device again and again lies in page-locked memory of the
///   host, a copy from which a card reads at full speed
public record Residency(
    Optional<Boolean> textEncoder,
    Optional<Boolean> imageEncoder,
    Optional<Boolean> vae,
    Optional<ResidentLayers> transformer,
    boolean pinned) {
  /// What fits stays.
  public static final Residency AUTO = of(Optional.empty());

  /// The same for all parts.
  public static Residency of(Optional<Boolean> stays) {
    return new Residency(
        stays,
        stays,
        stays,
        stays.map(all -> all ? ResidentLayers.ALL : ResidentLayers.NONE),
        false);
  }

  boolean eyesStay() {
    return imageEncoder.orElse(true);
  }

  boolean vaeStays() {
    return vae.orElse(true);
  }
}
