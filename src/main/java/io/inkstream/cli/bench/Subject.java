package io.inkstream.cli.bench;

import java.util.Optional;

/// An engine that draws pictures with and without a cache.
interface Subject {
  /// In results.
  String name();

  /// Draws one picture.
  Drawing draw(Scene scene, Optional<CacheVariant> cache);
}
