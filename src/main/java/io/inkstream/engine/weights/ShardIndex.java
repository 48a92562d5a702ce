package io.inkstream.engine.weights;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A `*.safetensors.index.json`: which shard holds which tensor.
///
/// @param file the index itself; the shards lie beside it
/// @param weightMap tensor name to shard file name
record ShardIndex(Path file, Map<String, String> weightMap) {

  static ShardIndex read(Path file) {
    if (!(SnapshotJson.read(file).get("weight_map") instanceof ObjectNode map)) {
      throw new SnapshotException(file, "weight_map is missing, must be an object");
    }
    Map<String, String> weightMap = new LinkedHashMap<>();
    map.properties()
        .forEach(member ->
            weightMap.put(member.getKey(), shardName(file, member.getKey(), member.getValue())));
    return new ShardIndex(file, weightMap);
  }

  private static String shardName(Path index, String tensor, JsonNode value) {
    String name = value.isTextual() ? value.textValue() : "";
    boolean plain = name.indexOf('/') < 0 && name.indexOf('\\') < 0 && name.indexOf(':') < 0;
    if (!plain || !name.endsWith(".safetensors")) {
      throw SnapshotException.tensor(
          index,
          tensor,
          "shard is "
              + SnapshotException.shown(value.toString())
              + ", must be the name of a .safetensors file beside the index");
    }
    return name;
  }

  /// The tensors of all shards.
  ///
  /// @throws SnapshotException if a shard is missing or damaged, lacks a tensor that the index puts
  ///   into it, or has one that another shard has too
  Map<String, TensorEntry> tensors() {
    Map<String, Map<String, TensorEntry>> shards = new LinkedHashMap<>();
    weightMap.forEach((tensor, shard) -> requireIn(shards, tensor, shard));
    Map<String, TensorEntry> all = new LinkedHashMap<>();
    shards.forEach((shard, tensors) -> merge(all, tensors, shard));
    return all;
  }

  private void requireIn(
      Map<String, Map<String, TensorEntry>> shards, String tensor, String shard) {
    if (!shards.computeIfAbsent(shard, name -> open(tensor, name)).containsKey(tensor)) {
      throw SnapshotException.tensor(
          file, tensor, "is missing in its shard " + SnapshotException.shown(shard));
    }
  }

  private Map<String, TensorEntry> open(String tensor, String shard) {
    try {
      Path path = file.resolveSibling(shard);
      if (Files.exists(path)) {
        return SafetensorsFile.open(path).tensors();
      }
    } catch (InvalidPathException e) {
      throw SnapshotException.tensor(
          file, tensor, "shard is " + SnapshotException.shown(shard) + ", not a file name here");
    }
    throw SnapshotException.tensor(
        file, tensor, "its shard " + SnapshotException.shown(shard) + " does not exist");
  }

  private void merge(Map<String, TensorEntry> all, Map<String, TensorEntry> tensors, String shard) {
    tensors.forEach((tensor, entry) -> {
      TensorEntry other = all.put(tensor, entry);
      if (other != null) {
        throw SnapshotException.tensor(
            file,
            tensor,
            "is in two shards, %s and %s, must be in one"
                .formatted(other.file().getFileName(), SnapshotException.shown(shard)));
      }
    });
  }
}
