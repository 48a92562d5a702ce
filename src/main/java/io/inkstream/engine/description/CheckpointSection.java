package io.inkstream.engine.description;

import static java.util.stream.Collectors.joining;

import io.inkstream.engine.checkpoint.CheckpointFacts;
import io.inkstream.engine.checkpoint.Part;
import io.inkstream.engine.description.ModelSummary.Fact;
import io.inkstream.engine.description.ModelSummary.Section;
import io.inkstream.engine.snapshot.DefaultModel;
import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.SnapshotException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A single file, fact by fact.
final class CheckpointSection {
  private CheckpointSection() {}

  /// @throws SnapshotException if it is damaged
  static Section of(Path file) {
    var facts = CheckpointFacts.of(file, CheckpointSection::published);
    List<Fact> list = new ArrayList<>();
    list.add(Fact.of("path", file.toAbsolutePath().normalize().toString()));
    list.add(Fact.of("format", facts.format()));
    facts.architecture().ifPresent(architecture -> list.add(Fact.of("architecture", architecture)));
    list.add(
        Fact.of("holds", facts.part().map(Part::label).orElse("none of the model's networks")));
    list.add(Fact.of("names", facts.names()));
    list.add(Fact.of("tensors", facts.tensors()));
    list.add(Fact.count("parameters", facts.parameters()));
    list.add(Fact.bytes("bytes_on_disk", size(file)));
    list.add(types(facts));
    list.add(Fact.of("usable", usable(facts)));
    return new Section("file", list);
  }

  private static Fact types(CheckpointFacts facts) {
    String text =
        facts.types().entrySet().stream()
            .map(type -> "%s: %d".formatted(type.getKey(), type.getValue()))
            .collect(joining(", "));
    return new Fact("stored", facts.types(), text);
  }

  private static String usable(CheckpointFacts facts) {
    return facts
        .refusal()
        .map(refusal -> "no: " + refusal.replaceFirst("^.*?: ", ""))
        .orElseGet(() ->
            facts
                .part()
                .filter(_ -> facts.network().isPresent())
                .map(part -> "yes: --" + part.setting())
                .orElse("no"));
  }

  private static ComponentConfig published(Part part) {
    return ComponentConfig.read(
        DefaultModel.published().resolve(part.folder()).resolve("config.json"));
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw SnapshotException.unreadable(file, e);
    }
  }
}
