package io.inkstream.server.config;

import static io.inkstream.server.config.AdapterEntries.LORA_ALPHA;
import static io.inkstream.server.config.AdapterEntries.LORA_FOLDERS;
import static io.inkstream.server.config.AdapterEntries.LORA_MERGE_MODE;
import static io.inkstream.server.config.AdapterEntries.LORA_NICKNAME;
import static io.inkstream.server.config.AdapterEntries.LORA_PATH;
import static io.inkstream.server.config.AdapterEntries.LORA_SCALE;
import static io.inkstream.server.config.AdapterEntries.LORA_WEIGHT_NAME;

import io.inkstream.engine.model.AdapterSettings;
import io.inkstream.engine.model.AdapterSettings.Start;
import io.inkstream.engine.request.AdapterChoice;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads which adapters act from the start on, and which may act by the way.
final class AdapterSources {
  // A name has no slash, so that a path with an equals sign is one.
  private static final Pattern FORM =
      Pattern.compile("(?:([^=/]+)=)?(.+?)(?::([-+]?[0-9]*\\.?[0-9]+(?:[eE][-+]?[0-9]+)?))?");
  private static final Pattern LAST_PART = Pattern.compile(".*?([^/]+?)(?:\\.safetensors)?/*");

  private AdapterSources() {}

  /// @throws SettingException if a value is not allowed
  static AdapterSettings from(SettingValues values) {
    Iterator<String> nicknames = values.find(LORA_NICKNAME).orElse(List.of()).iterator();
    Iterator<String> files = values.find(LORA_WEIGHT_NAME).orElse(List.of()).iterator();
    double scale = values.get(LORA_SCALE);
    Optional<Double> alpha = values.find(LORA_ALPHA);
    List<Start> starts = new ArrayList<>();
    for (String text : values.find(LORA_PATH).orElse(List.of())) {
      Start start = completed(start(values, text, nicknames, scale), files, alpha);
      if (starts.stream().anyMatch(other -> other.name().equals(start.name()))) {
        throw values.wrong(LORA_PATH, "names two adapters '%s'".formatted(start.name()));
      }
      starts.add(start);
    }
    if (nicknames.hasNext()) {
      throw values.wrong(LORA_NICKNAME, "has a name more than there are paths without one");
    }
    if (files.hasNext()) {
      throw values.wrong(LORA_WEIGHT_NAME, "has a name more than there are paths without a file's");
    }
    if (starts.size() > AdapterChoice.MOST) {
      throw values.wrong(LORA_PATH, "names more than %d adapters".formatted(AdapterChoice.MOST));
    }
    return new AdapterSettings(
        starts, values.find(LORA_FOLDERS).orElse(List.of()), values.get(LORA_MERGE_MODE));
  }

  private static Start start(
      SettingValues values, String text, Iterator<String> nicknames, double scale) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw values.refused(LORA_PATH, LORA_PATH.kind().allowed());
    }
    String path = form.group(2);
    double own = Optional.ofNullable(form.group(3)).map(Double::parseDouble).orElse(scale);
    String name =
        Optional.ofNullable(form.group(1))
            .map(String::strip)
            .orElseGet(() -> nicknames.hasNext() ? nicknames.next() : lastPart(path));
    return new Start(name, path, own);
  }

  private static Start completed(Start start, Iterator<String> files, Optional<Double> alpha) {
    boolean named = start.path().endsWith(".safetensors") || !files.hasNext();
    String path = named ? start.path() : start.path() + "/" + files.next();
    return new Start(start.name(), path, start.scale(), alpha);
  }

  private static String lastPart(String path) {
    Matcher last = LAST_PART.matcher(path);
    return last.matches() ? last.group(1) : path;
  }
}
