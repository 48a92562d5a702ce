package io.inkstream.engine.runtime;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A graph as a session takes it.
///
/// @param name for messages
/// @param model the ONNX `ModelProto`
/// @param weightsFolder where its external weights lie, if it has any
/// @param given weights that lie in no file as they are, by their names
public record SessionGraph(
    String name, byte[] model, Optional<Path> weightsFolder, Map<String, WeightSource> given) {
  public SessionGraph {
    given = Map.copyOf(given);
  }

  /// One whose weights all lie in files.
  public static SessionGraph of(String name, byte[] model, Path weightsFolder) {
    return new SessionGraph(name, model, Optional.of(weightsFolder), Map.of());
  }

  /// One that needs nothing beside itself.
  public static SessionGraph of(String name, byte[] model) {
    return new SessionGraph(name, model, Optional.empty(), Map.of());
  }
}
