package io.inkstream.cli.bench;

import java.util.Optional;

/// An engine that draws pictures with and without a cache.
interface CacheSubject {
  /// In results.
  String name();

  /// Draws one picture.
  CacheDrawing draw(Scene scene, Optional<CacheSetting> cache);
}
