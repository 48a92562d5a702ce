package io.inkstream.engine.checkpoint;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.Generation;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/// What a single file is, whether or not it is one that can be used.
///
/// @param format `GGUF` or `safetensors`
/// @param architecture what a GGUF file says that it holds
/// @param part the network that it holds, if it is one of the model's
/// @param names whose names it has: `diffusers`, `ComfyUI`, `Wan`, `llama.cpp`
/// @param tensors their number
/// @param parameters numbers in all of them
/// @param types how many tensors are stored in what
/// @param network the part as it would be loaded with the published configuration
/// @param refusal why it cannot be
public record CheckpointFacts(
    Path path,
    String format,
    Optional<String> architecture,
    Optional<Part> part,
    String names,
    int tensors,
    long parameters,
    Map<String, Integer> types,
    Optional<Component> network,
    Optional<String> refusal) {
  /// Reads a file's header.
  ///
  /// @param published the configuration of a part of the published model
  /// @throws SnapshotException if it is damaged
  public static CheckpointFacts of(Path path, Function<Part, ComponentConfig> published) {
    return switch (CheckpointFile.open(path)) {
      case CheckpointFile.Gguf(GgufFile file) -> gguf(path, file, published);
      case CheckpointFile.Safetensors file -> safetensors(path, file, published);
    };
  }

  private static CheckpointFacts gguf(
      Path path, GgufFile file, Function<Part, ComponentConfig> published) {
    Map<String, Integer> types = new TreeMap<>();
    long parameters = 0;
    for (GgufFile.Info info : file.infos().values()) {
      types.merge(
          GgufTypes.encoding(info.type())
              .map(Object::toString)
              .orElse(GgufTypes.named(info.type())),
          1,
          Integer::sum);
      parameters += info.shape().elements();
    }
    return of(
        path,
        "GGUF",
        file.value("general.architecture"),
        file.infos().keySet(),
        parameters,
        types,
        published);
  }

  private static CheckpointFacts safetensors(
      Path path, CheckpointFile.Safetensors file, Function<Part, ComponentConfig> published) {
    Collection<TensorEntry> entries = file.tensors().values();
    Map<String, Integer> types = new TreeMap<>();
    entries.forEach(entry -> types.merge(entry.encoding().toString(), 1, Integer::sum));
    long parameters = entries.stream().map(TensorEntry::shape).mapToLong(Shape::elements).sum();
    return of(path, "safetensors", Optional.empty(), file.names(), parameters, types, published);
  }

  private static CheckpointFacts of(
      Path path,
      String format,
      Optional<String> architecture,
      Set<String> names,
      long parameters,
      Map<String, Integer> types,
      Function<Part, ComponentConfig> published) {
    NameForm named = NameForm.of(names);
    Optional<Component> network = Optional.empty();
    Optional<String> refusal = Optional.empty();
    try {
      Foreign.refuse(path, names, Generation.QWEN_IMAGE);
      if (named.part().isEmpty() && architecture.isPresent()) {
        Foreign.refuseArchitecture(
            path, architecture.get(), Part.TRANSFORMER, Generation.QWEN_IMAGE);
      }
      network =
          named.part().map(part -> Checkpoint.open(path, part, () -> published.apply(part), true));
    } catch (SnapshotException e) {
      refusal = Optional.of(String.valueOf(e.getMessage()));
    }
    return new CheckpointFacts(
        path,
        format,
        architecture,
        named.part(),
        named.by(),
        names.size(),
        parameters,
        types,
        network,
        refusal);
  }
}
