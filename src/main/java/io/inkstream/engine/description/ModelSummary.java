package io.inkstream.engine.description;

import io.inkstream.engine.model.Amount;
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
