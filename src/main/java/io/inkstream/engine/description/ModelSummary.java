package io.inkstream.engine.description;

import io.inkstream.engine.device.Amount;
import io.inkstream.engine.device.DeviceException;
import io.inkstream.engine.model.Placement;
import io.inkstream.engine.model.PlannedCards;
import io.inkstream.engine.snapshot.QwenImageSnapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a person wants to know of a snapshot, section by section.
///
/// @param sections the snapshot, its parts, the memory it needs, and what it would take in other
///   types
public record ModelSummary(List<Section> sections) {
  public ModelSummary {
    sections = List.copyOf(sections);
  }

  /// Facts about one thing.
  public record Section(String name, List<Fact> facts) {
    public Section {
      facts = List.copyOf(facts);
    }
  }

  /// One thing to know.
  ///
  /// @param key its name for programs: `joint_dim`
  /// @param value text, number, truth value, or a list of those
  /// @param text the value for a reader: `18.9 M`
  public record Fact(String key, Object value, String text) {
    static Fact of(String key, Object value) {
      return new Fact(key, value, value.toString());
    }

    static Fact count(String key, long count) {
      return new Fact(key, count, Amount.count(count));
    }

    static Fact bytes(String key, long bytes) {
      return new Fact(key, bytes, Amount.bytes(bytes));
    }
  }

  /// Describes a single file with a network in it.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if it is damaged
  public static ModelSummary of(Path file) {
    return new ModelSummary(List.of(CheckpointSection.of(file)));
  }

  /// The same with where the snapshot's parts would lie on cards, or why they would not.
  public ModelSummary on(PlannedCards cards, QwenImageSnapshot snapshot) {
    List<Section> all = new ArrayList<>(sections);
    try {
      cards.placements(snapshot).stream().map(ModelSummary::section).forEach(all::add);
    } catch (DeviceException e) {
      String why = String.valueOf(e.getMessage());
      all.add(new Section(cards.first().kind().toString(), List.of(Fact.of("refused", why))));
    }
    return new ModelSummary(all);
  }

  private static Section section(Placement card) {
    return new Section(card.where(), card.parts().stream().map(ModelSummary::fact).toList());
  }

  private static Fact fact(Placement.Part part) {
    String key = part.name().replace(' ', '_') + "_bytes";
    return new Fact(key, part.bytes(), Amount.bytes(part.bytes()) + ", " + part.how());
  }

  /// Describes a snapshot, and builds its graphs to see that no tensor is missing.
  ///
  /// @throws io.inkstream.engine.weights.SnapshotException if the snapshot is damaged
  public static ModelSummary of(QwenImageSnapshot snapshot) {
    var parts = new PartFacts(snapshot);
    List<Section> sections =
        new ArrayList<>(
            List.of(
                parts.whole(),
                parts.transformer(),
                parts.textEncoder(),
                parts.vae(),
                parts.scheduler(),
                new MemoryFacts(snapshot).section()));
    sections.addAll(StorageFacts.sections(snapshot));
    return new ModelSummary(sections);
  }
}
