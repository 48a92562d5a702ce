package io.inkstream.server.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// A file of flags in YAML or JSON, as SGLang has them: one flat object of their names, with
/// underscores or hyphens. A name with a dot in it is a property's.
///
/// @param values by the names as flags have them, `--model-path`, or by properties
public record FlagFile(Path path, Map<String, List<String>> values) {
  private static final int LARGEST = 4 << 20;

  /// Whether a file's name says that it is one.
  public static boolean is(Path path) {
    return reader(path).isPresent();
  }

  private static Optional<ObjectMapper> reader(Path path) {
    String name = path.toString().toLowerCase(Locale.ROOT);
    if (name.endsWith(".json")) {
      return Optional.of(new ObjectMapper());
    }
    boolean yaml = name.endsWith(".yaml") || name.endsWith(".yml");
    return yaml ? Optional.of(new YAMLMapper()) : Optional.empty();
  }

  /// @throws SettingException if it is not there or no flat object
  public static FlagFile read(Path path) {
    try (var content = Files.newInputStream(path)) {
      byte[] bytes = content.readNBytes(LARGEST + 1);
      if (bytes.length > LARGEST) {
        throw refused(path, "is larger than 4 MiB");
      }
      return new FlagFile(path, values(path, reader(path).orElseThrow().readTree(bytes)));
    } catch (java.nio.file.NoSuchFileException e) {
      throw missing(path);
    } catch (IOException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      throw refused(path, "cannot be read: " + why);
    }
  }

  static SettingException missing(Path path) {
    return new SettingException("--config is '" + path + "', which is not there", true);
  }

  private static SettingException refused(Path path, String why) {
    return new SettingException(path + " " + why, true);
  }

  private static Map<String, List<String>> values(Path path, JsonNode root) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    if (root.isMissingNode() || root.isNull()) {
      return values;
    }
    if (!root.isObject()) {
      throw refused(path, "must be an object of flags and their values");
    }
    root.properties()
        .forEach(entry -> {
          String name = entry.getKey();
          String flag = name.contains(".") ? name : "--" + name.replace('_', '-');
          if (!entry.getValue().isNull()) {
            values.put(flag, texts(path, name, entry.getValue()));
          }
        });
    return values;
  }

  private static List<String> texts(Path path, String name, JsonNode value) {
    List<String> texts = new ArrayList<>();
    for (JsonNode part : value.isArray() ? value : List.of(value)) {
      texts.add(part.isObject() && !value.isArray() ? part.toString() : text(path, name, part));
    }
    return texts;
  }

  private static String text(Path path, String name, JsonNode value) {
    if (value.isContainerNode()) {
      throw refused(path, "has a list of more than texts and numbers under '" + name + "'");
    }
    return value.asText();
  }

  /// The settings among them, by their properties; the others are a command's to judge.
  Map<String, String> properties() {
    Map<String, String> properties = new LinkedHashMap<>();
    values.forEach((name, texts) -> {
      if (!name.startsWith("--")) {
        properties.put(name, String.join(",", texts));
      }
    });
    Settings.all()
        .forEach(setting ->
            setting.flags().stream()
                .filter(values::containsKey)
                .forEach(flag -> properties.put(setting.property(), inFile(setting, flag))));
    return properties;
  }

  private String inFile(Setting<?> setting, String flag) {
    List<String> given = values.getOrDefault(flag, List.of());
    boolean negated = setting.isNegated(flag) && !given.equals(List.of("false"));
    return negated ? "false" : setting.isNegated(flag) ? "true" : String.join(",", given);
  }
}
