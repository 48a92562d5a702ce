package io.inkstream.engine.checkpoint;

import io.inkstream.engine.tensor.DType;
import io.inkstream.engine.tensor.Shape;
import io.inkstream.engine.weights.ComponentConfig;
import io.inkstream.engine.weights.Encoding;
import io.inkstream.engine.weights.SnapshotException;
import io.inkstream.engine.weights.TensorEntry;
import io.inkstream.engine.weights.WeightReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/// Finds the scales of a file's weights and makes them part of the weights. They are spelled in
/// several ways, and a scale decides, whether the file announces it or not: read without it, a
/// weight is noise.
///
/// - `X.weight_scale` (ComfyUI, LightX2V) or `X.scale_weight` (ComfyUI's older files) beside
///   `X.weight`;
/// - formats in the header's `_quantization_metadata` or in `X.comfy_quant`, JSON as bytes;
/// - `X.input_scale`, `X.scale_input` and `scaled_fp8` are for kernels that round activations.
final class ScaledWeights {
  private static final String WEIGHT = ".weight";
  private static final List<String> SCALES = List.of(".weight_scale", ".scale_weight");
  private static final String FORMAT = ".comfy_quant";
  private static final List<String> IGNORED =
      List.of(".input_scale", ".scale_input", ".comfy_attention.config");
  private static final String MARKER = "scaled_fp8";
  private static final String HEADER = "_quantization_metadata";
  private static final Map<String, DType> FORMATS =
      Map.of(
          "float8_e4m3fn", DType.F8_E4M3,
          "float8_e5m2", DType.F8_E5M2,
          "int8_tensorwise", DType.I8);
  private static final Set<DType> SMALL = Set.of(DType.F8_E4M3, DType.F8_E5M2, DType.I8);
  private static final Set<DType> OF_SCALES = Set.of(DType.F32, DType.F16, DType.BF16);
  private static final int USUAL_ROTATION = 256;

  private final Path path;
  private final Map<String, TensorEntry> tensors;
  private final Map<String, ComponentConfig> formats = new LinkedHashMap<>();
  private final WeightReader reader = new WeightReader();

  private ScaledWeights(Path path, Map<String, TensorEntry> tensors) {
    this.path = path;
    this.tensors = tensors;
  }

  /// The weights alone, with their scales in their encodings.
  ///
  /// @param path for messages
  /// @param tensors by their names, without a file's prefix
  /// @param metadata of the file
  /// @throws SnapshotException naming the layer whose format is not read here, whose scale is
  ///   missing, of another shape or no number
  static Map<String, TensorEntry> joined(
      Path path, Map<String, TensorEntry> tensors, Map<String, String> metadata) {
    var scaled = new ScaledWeights(path, tensors);
    scaled.readFormats(metadata);
    return scaled.joined();
  }

  private void readFormats(Map<String, String> metadata) {
    String header = metadata.get(HEADER);
    if (header != null) {
      var layers = ComponentConfig.parse(path, HEADER, header).object("layers");
      layers.keys().forEach(layer -> formats.put(withoutPrefix(layer), layers.object(layer)));
    }
    tensors.forEach((name, entry) -> {
      if (name.endsWith(FORMAT)) {
        formats.put(without(name, FORMAT), ComponentConfig.parse(path, name, text(entry)));
      }
    });
    formats.forEach(this::requireFormat);
  }

  /// A layer's name as it is announced has the file's prefix or not.
  private String withoutPrefix(String layer) {
    return Prefixes.stripped(layer);
  }

  private String text(TensorEntry entry) {
    if (!entry.encoding().equals(new Encoding.Plain(DType.U8)) || entry.length() > 1 << 16) {
      throw refused(entry.name(), "is " + entry.encoding() + ", must be a short text in U8");
    }
    return new String(reader.bytes(entry), StandardCharsets.UTF_8);
  }

  private void requireFormat(String layer, ComponentConfig format) {
    String name = format.text("format");
    if (!FORMATS.containsKey(name)) {
      throw refused(
          layer,
          "format is %s, must be one of %s; take the bf16 or fp8_scaled file, or a GGUF such as Q4_K_M"
              .formatted(
                  SnapshotException.shown(name), FORMATS.keySet().stream().sorted().toList()));
    }
    if (!tensors.containsKey(layer + WEIGHT)) {
      throw refused(layer, "is announced as " + name + ", but has no weight");
    }
  }

  private Map<String, TensorEntry> joined() {
    Map<String, TensorEntry> weights = new LinkedHashMap<>();
    tensors.forEach((name, entry) -> {
      if (!isBeside(name)) {
        weights.put(name, name.endsWith(WEIGHT) ? withScale(name, entry) : entry);
      }
    });
    return weights;
  }

  private boolean isBeside(String name) {
    for (String scale : SCALES) {
      if (name.endsWith(scale)) {
        requireWeight(name, without(name, scale));
        return true;
      }
    }
    return name.equals(MARKER)
        || name.endsWith(FORMAT)
        || IGNORED.stream().anyMatch(name::endsWith);
  }

  private void requireWeight(String scale, String layer) {
    if (!tensors.containsKey(layer + WEIGHT)) {
      throw refused(scale, "is a scale of no weight, must be beside " + layer + WEIGHT);
    }
  }

  private TensorEntry withScale(String name, TensorEntry weight) {
    String layer = without(name, WEIGHT);
    var format = Optional.ofNullable(formats.get(layer));
    Optional<TensorEntry> scale = scale(layer);
    if (scale.isEmpty()) {
      requireNone(layer, weight, format);
      return weight;
    }
    DType type = small(name, weight, format);
    return weight.as(
        new Encoding.Scaled(type, checked(scale.get(), weight), rotation(layer, weight, format)));
  }

  private Optional<TensorEntry> scale(String layer) {
    List<TensorEntry> found =
        SCALES.stream().map(scale -> tensors.get(layer + scale)).filter(Objects::nonNull).toList();
    if (found.size() > 1) {
      throw refused(layer, "has a weight_scale and a scale_weight, must have one of them");
    }
    return found.stream().findFirst();
  }

  private void requireNone(String layer, TensorEntry weight, Optional<ComponentConfig> format) {
    boolean whole = weight.encoding().equals(new Encoding.Plain(DType.I8));
    if (whole || format.isPresent()) {
      throw refused(
          weight.name(),
          "is %s and has no scale, must have %s.weight_scale".formatted(weight.encoding(), layer));
    }
  }

  private DType small(String name, TensorEntry weight, Optional<ComponentConfig> format) {
    if (!(weight.encoding() instanceof Encoding.Plain(DType type)) || !SMALL.contains(type)) {
      throw refused(
          name, "is %s and has a scale, must be one of %s".formatted(weight.encoding(), SMALL));
    }
    format.ifPresent(said -> {
      DType announced = FORMATS.get(said.text("format"));
      if (announced != type) {
        throw refused(name, "is %s, must be %s as announced".formatted(type, announced));
      }
    });
    return type;
  }

  private TensorEntry checked(TensorEntry scale, TensorEntry weight) {
    Shape shape = scale.shape();
    long rows = weight.rows();
    boolean ofRows =
        shape.elements() == rows && shape.rank() <= 2 && (shape.rank() < 2 || shape.dim(1) == 1);
    if (shape.elements() != 1 && !ofRows) {
      throw refused(
          scale.name(),
          "shape is %s, must be [], [1] or [%d, 1]"
              .formatted(SnapshotException.shown(shape + ""), rows));
    }
    if (!(scale.encoding() instanceof Encoding.Plain(DType type)) || !OF_SCALES.contains(type)) {
      throw refused(
          scale.name(), "is %s, must be one of %s".formatted(scale.encoding(), OF_SCALES));
    }
    reader.requireNumbers(scale);
    return scale;
  }

  private int rotation(String layer, TensorEntry weight, Optional<ComponentConfig> format) {
    return format
        .map(said -> said.has("convrot") || !said.has("params") ? said : said.object("params"))
        .filter(said -> said.flag("convrot", false))
        .map(said -> said.positiveInt("convrot_groupsize", USUAL_ROTATION))
        .map(group -> fitting(layer, weight, group))
        .orElse(0);
  }

  private int fitting(String layer, TensorEntry weight, int group) {
    if (!Encoding.Scaled.turns(group, weight.rowLength())) {
      throw refused(
          layer,
          "convrot_groupsize is %d, must be a power of 4 that divides rows of %d"
              .formatted(group, weight.rowLength()));
    }
    return group;
  }

  private static String without(String name, String tail) {
    return name.substring(0, name.length() - tail.length());
  }

  private SnapshotException refused(String name, String problem) {
    return SnapshotException.tensor(path, name, problem);
  }
}
