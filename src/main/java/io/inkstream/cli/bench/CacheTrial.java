package io.inkstream.cli.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One picture with a cache, and its neighbour in the run: the same picture without.
///
/// @param engine that drew both
/// @param cached what the cached picture took
/// @param uncached what the other took
/// @param likeness of the cached picture to the other
record CacheTrial(
    String engine,
    CacheSetting setting,
    Scene scene,
    Took cached,
    Took uncached,
    PictureLikeness likeness) {
  /// A drawing without its pixels.
  record Took(Cost cost, double denoiseCpu, int cachedForwards, int computedForwards) {
    static Took of(CacheDrawing drawing) {
      return new Took(drawing.cost(), drawing.denoiseCpu(), drawing.cached(), drawing.computed());
    }
  }

  /// Draws a scene with each setting, engine after engine. Two cached pictures stand around each
  /// uncached one: what changes with time changes for neighbours alike.
  static List<CacheTrial> round(
      List<CacheSubject> engines, List<CacheSetting> settings, Scene scene) {
    List<CacheTrial> trials = new ArrayList<>();
    for (int i = 0; i < settings.size(); i += 2) {
      var around = settings.subList(i, Math.min(i + 2, settings.size()));
      var before = drawings(engines, scene, Optional.of(around.getFirst()));
      var uncached = drawings(engines, scene, Optional.empty());
      trials.addAll(trials(engines, around.getFirst(), scene, before, uncached));
      if (around.size() == 2) {
        var after = drawings(engines, scene, Optional.of(around.getLast()));
        trials.addAll(trials(engines, around.getLast(), scene, after, uncached));
      }
    }
    return trials;
  }

  /// How many times as fast the steps were.
  double denoiseSpeedup() {
    return uncached.denoiseCpu() / cached.denoiseCpu();
  }

  /// How many times as fast the whole picture was.
  double pictureSpeedup() {
    return uncached.cost().cpu() / cached.cost().cpu();
  }

  private static List<CacheDrawing> drawings(
      List<CacheSubject> engines, Scene scene, Optional<CacheSetting> setting) {
    return engines.stream().map(engine -> engine.draw(scene, setting)).toList();
  }

  private static List<CacheTrial> trials(
      List<CacheSubject> engines,
      CacheSetting setting,
      Scene scene,
      List<CacheDrawing> cached,
      List<CacheDrawing> uncached) {
    List<CacheTrial> trials = new ArrayList<>();
    for (int i = 0; i < engines.size(); i++) {
      trials.add(
          new CacheTrial(
              engines.get(i).name(),
              setting,
              scene,
              Took.of(cached.get(i)),
              Took.of(uncached.get(i)),
              PictureLikeness.of(cached.get(i).pixels(), uncached.get(i).pixels())));
    }
    return trials;
  }
}
