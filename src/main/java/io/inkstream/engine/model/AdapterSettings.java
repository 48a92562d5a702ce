package io.inkstream.engine.model;

import io.inkstream.engine.pipeline.AdapterShelf;
import io.inkstream.engine.request.AdapterChoice;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The adapters of a model, from the start on and by the way.
///
/// @param atStart those that act from the start on
/// @param folders below which requests may name others
/// @param merged whether those of the start become part of the weights, and no others can act
public record AdapterSettings(List<Start> atStart, List<Path> folders, boolean merged) {
  /// None, ever.
  public static final AdapterSettings NONE = new AdapterSettings(List.of(), List.of(), false);

  /// An adapter of the start.
  ///
  /// @param name that requests may use
  /// @param path a file, or a folder with one, or `owner/name` of one of the Hub
  /// @param alpha in the place of what its file says, if any
  public record Start(String name, String path, double scale, Optional<Double> alpha) {
    /// One whose file says what its alpha is.
    public Start(String name, String path, double scale) {
      this(name, path, scale, Optional.empty());
    }
  }

  public AdapterSettings {
    atStart = List.copyOf(atStart);
    folders = List.copyOf(folders);
  }

  /// Whether adapters may act that are not part of the weights.
  public boolean adaptable() {
    return !merged && !(atStart.isEmpty() && folders.isEmpty());
  }

  /// Whether those of the start become part of the weights.
  boolean merges() {
    return merged && !atStart.isEmpty();
  }

  /// A shelf with those of the start.
  public AdapterShelf shelf() {
    Map<String, AdapterShelf.Source> named = new LinkedHashMap<>();
    atStart.forEach(
        one -> named.put(one.name(), new AdapterShelf.Source(one.path(), true, one.alpha())));
    var set = atStart.stream().map(one -> AdapterChoice.named(one.name(), one.scale())).toList();
    return new AdapterShelf(named, set, merged);
  }
}
