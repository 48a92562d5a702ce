package io.inkstream.cli.commands;

import java.util.Optional;

/// An engine that draws pictures with and without a cache.
interface CacheSubject {
  /// In results.
  String name();

  /// Draws one picture.
  CacheDrawing draw(Scene scene, Optional<CacheSetting> cache);

  /// What to draw, in a square of `size` pixels with guidance.
  record Scene(String prompt, long seed, int size, int steps, double guidance) {
    Scene withSteps(int other) {
      return new Scene(prompt, seed, size, other, guidance);
    }
  }
}
