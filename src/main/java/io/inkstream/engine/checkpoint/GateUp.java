package io.inkstream.engine.checkpoint;

import io.inkstream.engine.weights.TensorEntry;
import java.util.LinkedHashMap;
import java.util.Map;

/// The two first layers of Qwen-Image-2.1's MLPs as one, which ComfyUI's files have: rows of the
/// gate, then those of what it opens.
final class GateUp {
  private static final String BOTH = ".gate_up.weight";

  private GateUp() {}

  /// Tensors with two layers in the place of each such one.
  static Map<String, TensorEntry> split(Map<String, TensorEntry> tensors) {
    Map<String, TensorEntry> split = new LinkedHashMap<>();
    tensors.forEach((name, entry) -> {
      if (name.endsWith(BOTH) && entry.rows() % 2 == 0) {
        String mlp = name.substring(0, name.length() - BOTH.length());
        put(split, entry.slice(mlp + ".gate_layer.weight", 0, entry.rows() / 2));
        put(split, entry.slice(mlp + ".proj.weight", entry.rows() / 2, entry.rows()));
      } else {
        split.put(name, entry);
      }
    });
    return split;
  }

  private static void put(Map<String, TensorEntry> tensors, TensorEntry entry) {
    tensors.put(entry.name(), entry);
  }
}
