package io.inkstream.cli.bench;

import io.inkstream.cli.bench.Contender.Family;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Every cache setting in every engine. Two cached pictures stand around each uncached one: what
/// changes with time changes for neighbours alike.
record EngineGrid(List<Subject> engines, List<CacheVariant> settings) implements Grid {
  private static final int WARM_UP_STEPS = 8;

  @Override
  public void warmUp(Scene scene) {
    var _ = round(scene.withSteps(WARM_UP_STEPS));
  }

  @Override
  public List<Trial> round(Scene scene) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < settings.size(); i += 2) {
      var around = settings.subList(i, Math.min(i + 2, settings.size()));
      var before = drawings(scene, Optional.of(around.getFirst()));
      var full = drawings(scene, Optional.empty());
      trials.addAll(trials(around.getFirst(), scene, before, full));
      if (around.size() == 2) {
        var after = drawings(scene, Optional.of(around.getLast()));
        trials.addAll(trials(around.getLast(), scene, after, full));
      }
    }
    return trials;
  }

  private List<Drawing> drawings(Scene scene, Optional<CacheVariant> setting) {
    return engines.stream().map(engine -> engine.draw(scene, setting)).toList();
  }

  private List<Trial> trials(
      CacheVariant setting, Scene scene, List<Drawing> own, List<Drawing> full) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < engines.size(); i++) {
      String engine = engines.get(i).name();
      trials.add(new Trial(engine, Family.CACHE, setting.name(), scene, own.get(i), full.get(i)));
    }
    return trials;
  }
}
