package io.inkstream.server.order;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The settings that made a picture, as texts for its file.
///
/// `parameters` is the form of the AUTOMATIC1111 web UI, which viewers of generated pictures read:
///
/// ```
/// prompt
/// Negative prompt: …
/// Steps: 20, Sampler: Euler, CFG scale: 4, Seed: 42, Size: 256x256, Model: …
/// ```
///
/// `inkstream` is a JSON object of all settings as they were given.
public final class GenerationParameters {
  /// The keyword of the JSON text.
  static final String SETTINGS = "inkstream";

  /// Those with places of their own in `parameters`; they come first in the JSON, too.
  static final List<String> NAMED =
      List.of(
          "prompt",
          "negative_prompt",
          "num_inference_steps",
          "sampler",
          "true_cfg_scale",
          "seed",
          "width",
          "height",
          "model");

  private final Map<String, ? extends @Nullable Object> settings;
  private final List<String> line = new ArrayList<>();

  private GenerationParameters(Map<String, ? extends @Nullable Object> settings) {
    this.settings = settings;
  }

  /// The two texts, keyword to text.
  ///
  /// @param settings `prompt`, `negative_prompt`, `num_inference_steps`, `true_cfg_scale`, `seed`,
  ///   `width`, `height`, `model` and `sampler` (if absent, `Euler`) have places of their own in
  ///   `parameters`; any other follows as `Key: value` in the map's order. Nulls and maps are left
  ///   out of `parameters`. Values are strings, numbers, booleans, null, collections and maps of
  ///   those.
  /// @throws IllegalArgumentException if a value has no form in JSON
  public static Map<String, String> texts(Map<String, ? extends @Nullable Object> settings) {
    Map<String, String> texts = new LinkedHashMap<>();
    texts.put("parameters", new GenerationParameters(settings).parameters());
    texts.put(SETTINGS, PlainJson.write(PlainJson.of(settings)));
    return texts;
  }

  private String parameters() {
    StringBuilder out = new StringBuilder(text("prompt"));
    if (!text("negative_prompt").isEmpty()) {
      out.append("\nNegative prompt: ").append(text("negative_prompt"));
    }
    add("Steps", text("num_inference_steps"));
    add("Sampler", text("sampler").isEmpty() ? "Euler" : text("sampler"));
    add("CFG scale", text("true_cfg_scale"));
    add("Seed", text("seed"));
    if (!text("width").isEmpty() && !text("height").isEmpty()) {
      add("Size", text("width") + "x" + text("height"));
    }
    add("Model", text("model"));
    settings.keySet().stream()
        .filter(key -> !NAMED.contains(key) && !(settings.get(key) instanceof Map))
        .forEach(key -> add(label(key), text(key)));
    // A PNG text ends at NUL.
    return out.append('\n').append(String.join(", ", line)).toString().replace('\0', '\ufffd');
  }

  private void add(String label, String value) {
    if (!value.isEmpty()) {
      line.add(label + ": " + quoted(value));
    }
  }

  /// `max_sequence_length` becomes `Max sequence length`.
  private static String label(String key) {
    String words = key.replace('_', ' ');
    return words.isEmpty() ? words : Character.toUpperCase(words.charAt(0)) + words.substring(1);
  }

  private String text(String key) {
    return switch (settings.get(key)) {
      case null -> "";
      case CharSequence text -> text.toString();
      case Number number -> PlainJson.of(number).asText();
      case Object value -> PlainJson.write(PlainJson.of(value));
    };
  }

  /// As the web UI does: what would break the line apart stands as a JSON string.
  private static String quoted(String value) {
    boolean breaks = value.chars().anyMatch(c -> c == ',' || c == ':' || c == '"' || c == '\n');
    return breaks ? PlainJson.write(PlainJson.of(value)) : value;
  }
}
