package io.inkstream.engine.weights;

import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.LoraKey.Role;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Joins the tensors of an adapter's file to pairs, and asks of each whether it fits its layer.
final class LoraPairs {
  // As many numbers as an array holds, and far above what is trained.
  private static final int HIGHEST_RANK = 8192;

  private final Path file;
  private final SafetensorsFile safetensors;
  private final Linears linears;
  private final LoraScales scales;
  private final Map<String, String> flat;
  private final Map<String, Map<Role, Part>> modules = new LinkedHashMap<>();

  private record Part(LoraKey key, TensorEntry entry) {}

  LoraPairs(Path file, SafetensorsFile safetensors, Linears linears, LoraScales scales) {
    this.file = file;
    this.safetensors = safetensors;
    this.linears = linears;
    this.scales = scales;
    this.flat = linears.byFlatName();
  }

  Map<String, LoraPair> read() {
    safetensors.tensors().values().forEach(this::requireNotTheModels);
    safetensors.tensors().values().forEach(this::sort);
    Map<String, LoraPair> pairs = new LinkedHashMap<>();
    modules.forEach((module, parts) -> pairs.put(module, pair(module, parts)));
    if (pairs.isEmpty()) {
      throw new SnapshotException(file, "has no tensors, must have an adapter's");
    }
    return pairs;
  }

  private void requireNotTheModels(TensorEntry entry) {
    if (linears.has(entry.name())) {
      throw refused(entry, "is a weight of the model itself, must be an adapter's");
    }
  }

  private void sort(TensorEntry entry) {
    LoraKey key = LoraKey.of(file, entry.name());
    long rows = entry.rows();
    if (!key.isFused() || rows % 2 != 0 && key.role() == Role.UP) {
      sort(key, entry);
    } else if (key.role() == Role.UP) {
      sort(key.gate(), entry.slice(entry.name(), 0, rows / 2));
      sort(key.gated(), entry.slice(entry.name(), rows / 2, rows));
    } else {
      sort(key.gate(), entry);
      sort(key.gated(), entry);
    }
  }

  private void sort(LoraKey key, TensorEntry entry) {
    String module =
        key.moduleOf(linears, flat)
            .orElseThrow(() ->
                refused(
                    entry,
                    "is of no linear layer of this model, must be of one of its " + linears));
    Part part = new Part(key, entry);
    var parts = modules.computeIfAbsent(module, ignored -> new EnumMap<>(Role.class));
    Part other = parts.put(key.role(), part);
    if (other != null) {
      throw refused(
          entry, "is there twice, must not be beside " + quoted(other.entry()) + " of " + module);
    }
  }

  private LoraPair pair(String module, Map<Role, Part> parts) {
    Part down = parts.get(Role.DOWN);
    Part up = parts.get(Role.UP);
    if (down == null || up == null) {
      Part lone = parts.values().iterator().next();
      throw refused(
          lone.entry(),
          "is alone, must have %s of the same module".formatted(lone.key().counterpart()));
    }
    Shape weight = linears.weight(module).orElseThrow();
    requireShape(down.entry(), 1, weight.dim(1), "[rank, %d]");
    requireShape(up.entry(), 0, weight.dim(0), "[%d, rank]");
    long rank = down.entry().shape().dim(0);
    if (rank < 1 || rank > HIGHEST_RANK) {
      throw refused(down.entry(), "has rank %d, must be 1 to %d".formatted(rank, HIGHEST_RANK));
    }
    if (up.entry().shape().dim(1) != rank) {
      throw refused(
          up.entry(),
          "shape is %s, must be [%d, %d] as %s has rank %3$d"
              .formatted(up.entry().shape(), weight.dim(0), rank, quoted(down.entry())));
    }
    var _ = down.entry().requireWeight();
    var _ = up.entry().requireWeight();
    return new LoraPair(down.entry(), up.entry(), scale(module, parts, (int) rank));
  }

  private void requireShape(TensorEntry entry, int axis, long extent, String allowed) {
    Shape shape = entry.shape();
    if (shape.rank() != 2 || shape.dim(axis) != extent) {
      throw refused(
          entry,
          "shape is %s, must be %s"
              .formatted(SnapshotException.shown(shape + ""), allowed.formatted(extent)));
    }
  }

  private double scale(String module, Map<Role, Part> parts, int rank) {
    Part alpha = parts.get(Role.ALPHA);
    return alpha == null ? scales.of(module, rank) : alpha(alpha.entry()) / rank;
  }

  private double alpha(TensorEntry entry) {
    if (entry.shape().elements() != 1) {
      throw refused(
          entry,
          "shape is %s, must be [] or [1]".formatted(SnapshotException.shown(entry.shape() + "")));
    }
    float alpha = safetensors.floats(entry.name())[0];
    if (!Float.isFinite(alpha)) {
      throw refused(entry, "is %s, must be a finite number".formatted(alpha));
    }
    return alpha;
  }

  private SnapshotException refused(TensorEntry entry, String problem) {
    return SnapshotException.tensor(file, entry.name(), problem);
  }

  private static String quoted(TensorEntry entry) {
    return SnapshotException.quoted(entry.name());
  }
}
