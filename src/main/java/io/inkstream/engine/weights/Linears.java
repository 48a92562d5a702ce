package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.Shape;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The linear layers of a network: the modules that an adapter may name.
///
/// @param weights each module's weight, `[out, in]`
public record Linears(Map<String, Shape> weights) {
  private static final String WEIGHT = ".weight";

  public Linears {
    weights = Collections.unmodifiableMap(new LinkedHashMap<>(weights));
  }

  /// Those of a network: its modules with a weight of two extents.
  public static Linears of(Component network) {
    Map<String, Shape> weights = new LinkedHashMap<>();
    network
        .tensors()
        .forEach((name, entry) -> {
          if (name.endsWith(WEIGHT) && entry.shape().rank() == 2) {
            weights.put(name.substring(0, name.length() - WEIGHT.length()), entry.shape());
          }
        });
    return new Linears(weights);
  }

  /// The modules by their names with `_` for `.`, as kohya's trainers write them. Where the dots
  /// were cannot be told from such a name alone.
  Map<String, String> byFlatName() {
    Map<String, String> flat = new HashMap<>();
    weights.keySet().forEach(module -> flat.put(module.replace('.', '_'), module));
    return flat;
  }

  /// Whether a tensor's name is that of a layer's own weight.
  boolean has(String tensor) {
    return tensor.endsWith(WEIGHT)
        && weights.containsKey(tensor.substring(0, tensor.length() - WEIGHT.length()));
  }

  Optional<Shape> weight(String module) {
    return Optional.ofNullable(weights.get(module));
  }

  /// Their number and where they lie, for a message.
  @Override
  public String toString() {
    long blocks = weights.keySet().stream().mapToInt(Linears::block).max().orElse(-1);
    return "%d, in transformer_blocks 0 to %d and around them".formatted(weights.size(), blocks);
  }

  private static int block(String module) {
    String[] parts = module.split("\\.", 3);
    return parts[0].equals("transformer_blocks") && parts.length > 1 && parts[1].matches("\\d{1,6}")
        ? Integer.parseInt(parts[1])
        : -1;
  }
}
