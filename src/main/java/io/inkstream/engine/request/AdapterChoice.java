package io.inkstream.engine.request;

import static io.inkstream.engine.request.InvalidRequestException.require;

import java.util.Optional;

/// An adapter as a request names it.
///
/// @param name of one that is loaded; beside a path, a word for people
/// @param path a file, or a folder with one, or `owner/name` of one of the Hub
/// @param scale how much of it acts, of any sign
public record AdapterChoice(Optional<String> name, Optional<String> path, double scale) {
  /// Adapters of one request.
  public static final int MOST = 16;

  /// The largest scale, of either sign.
  public static final double LARGEST = 1000;

  public AdapterChoice {
    require(name.isPresent() || path.isPresent(), "lora", "without name and path", "with one");
    require(
        Math.abs(scale) <= LARGEST,
        "lora",
        "of scale " + scale,
        "of one between -%.0f and %1$.0f".formatted(LARGEST));
  }

  /// One that is loaded.
  public static AdapterChoice named(String name, double scale) {
    return new AdapterChoice(Optional.of(name), Optional.empty(), scale);
  }

  /// One by its path.
  public static AdapterChoice at(String path, double scale) {
    return new AdapterChoice(Optional.empty(), Optional.of(path), scale);
  }

  /// The same of another scale.
  public AdapterChoice scaled(double other) {
    return new AdapterChoice(name, path, other);
  }
}
