package io.inkstream.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.engine.image.Pixels;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// What `bench cache` draws, in which order.
class EngineGridTest {
  private static final List<CacheVariant> SETTINGS = CacheVariant.grid();

  private final List<String> drawn = new ArrayList<>();

  @Test
  void eachCachedPictureStandsBesideAnUncachedOneOfBothEngines() {
    List<Subject> engines = List.of(new Painter("A"), new Painter("B"));

    var trials = new EngineGrid(engines, SETTINGS).round(new Scene("p", 3, 1, 20, 4));

    assertThat(drawn.subList(0, 12))
        .containsExactly(
            "A 1", "B 1", "A none", "B none", "A 2", "B 2", "A 3", "B 3", "A none", "B none", "A 4",
            "B 4");
    assertThat(drawn).hasSize(2 * (SETTINGS.size() + SETTINGS.size() / 2));
    assertThat(trials).hasSize(2 * SETTINGS.size());
    assertThat(trials)
        .allSatisfy(trial -> {
          assertThat(trial.own().skipped()).isEqualTo(12);
          assertThat(trial.full().skipped()).isZero();
        });
  }

  @Test
  void settingsAreToldToTheReferenceInOneWord() {
    assertThat(SETTINGS.stream().map(CacheVariant::wire))
        .noneMatch(wire -> wire.contains(" "))
        .contains(
            "{\"F\":1,\"B\":0,\"warmup\":4,\"rdt\":0.24,\"mc\":3}",
            "{\"F\":2,\"B\":1,\"warmup\":4,\"rdt\":0.4,\"mc\":4,\"taylor\":2}",
            "{\"F\":1,\"B\":0,\"warmup\":4,\"rdt\":0.24,\"mc\":3,\"scm\":\"fast\"}",
            "{\"F\":1,\"B\":0,\"warmup\":4,\"rdt\":0.24,\"mc\":3,\"dmd\":true}");
  }

  @Test
  void aMaskHasTheRequestsSteps() {
    var masks = SETTINGS.stream().flatMap(setting -> setting.at(28).mask().stream()).toList();

    assertThat(masks).singleElement().satisfies(mask -> assertThat(mask.bits()).hasSize(28));
  }

  @Test
  void everyContenderIsNamedOnceAndEveryFamilyIsThere() {
    assertThat(Contender.grid()).extracting(Contender::name).doesNotHaveDuplicates();
    assertThat(Contender.grid()).extracting(Contender::family).contains(Contender.Family.values());
  }

  /// Draws at once.
  private final class Painter implements Subject {
    private final String name;

    Painter(String name) {
      this.name = name;
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public Drawing draw(Scene scene, Optional<CacheVariant> cache) {
      drawn.add(name + " " + cache.map(SETTINGS::indexOf).map(i -> "" + (i + 1)).orElse("none"));
      int skipped = cache.isPresent() ? 12 : 0;
      return new Drawing(
          Cost.NONE, Cost.NONE, skipped, 40 - skipped, 1, new Pixels(1, 1, new byte[3]));
    }
  }
}
