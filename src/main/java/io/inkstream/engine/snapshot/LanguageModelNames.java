package io.inkstream.engine.snapshot;

import io.inkstream.engine.weights.Component;
import io.inkstream.engine.weights.TensorEntry;
import java.util.LinkedHashMap;
import java.util.Map;

/// The names of a text encoder whose language part and eyes lie side by side in its `model`, as
/// Qwen3-VL's do: here they are called as Qwen2.5-VL's.
final class LanguageModelNames {
  private static final String LANGUAGE = "model.language_model.";
  private static final String EYES = "model.visual.";

  private LanguageModelNames() {}

  static Component usual(Component textEncoder) {
    Map<String, TensorEntry> named = new LinkedHashMap<>();
    textEncoder
        .tensors()
        .forEach((name, entry) -> named.put(usual(name), entry.named(usual(name))));
    return textEncoder.with(named);
  }

  private static String usual(String name) {
    if (name.startsWith(LANGUAGE)) {
      return "model." + name.substring(LANGUAGE.length());
    }
    return name.startsWith(EYES) ? RunWeights.VISION + name.substring(EYES.length()) : name;
  }
}
