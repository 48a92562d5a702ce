package io.inkstream.engine.checkpoint;

/// The names of a text encoder whose language part and eyes lie side by side in its `model`, as
/// Qwen3-VL's do: here they are called as Qwen2.5-VL's.
final class LanguageModelNames {
  private static final String LANGUAGE = "model.language_model.";
  private static final String EYES = "model.visual.";

  private LanguageModelNames() {}

  static String usual(String name) {
    if (name.startsWith(LANGUAGE)) {
      return "model." + name.substring(LANGUAGE.length());
    }
    return name.startsWith(EYES) ? name.substring("model.".length()) : name;
  }
}
