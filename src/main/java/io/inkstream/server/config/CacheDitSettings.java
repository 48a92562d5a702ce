package io.inkstream.server.config;

import static io.inkstream.server.config.RequestEntries.CACHE_DIT_ENABLED;
import static io.inkstream.server.config.Setting.variable;
import static java.util.stream.Collectors.joining;

import io.inkstream.engine.cache.CacheDitKey;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.cache.Spelling;
import io.inkstream.engine.runtime.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// SGLang's `SGLANG_CACHE_DIT_*` variables, or `sglang.cache-dit.*` in a file, checked.
///
/// @param enabled whether requests have a cache that do not say
/// @param params what their caches are, where they do not say
/// @param warnings what was set without effect, a line each
public record CacheDitSettings(boolean enabled, CacheDitParams params, List<String> warnings) {
  private static final String PREFIX = "sglang.cache-dit.";
  private static final String VARIABLES = variable(PREFIX);
  private static final String SECONDARY = "secondary-";
  private static final String SCM = "scm-";

  public CacheDitSettings {
    warnings = List.copyOf(warnings);
  }

  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static CacheDitSettings from(SettingValues values) {
    var _ = params(values, SECONDARY); // a wrong one would stop SGLang, too
    return new CacheDitSettings(
        values.get(CACHE_DIT_ENABLED), params(values, ""), warnings(values));
  }

  /// @param part `secondary-` or nothing, before the names
  private static CacheDitParams params(SettingValues values, String part) {
    Map<CacheDitKey<?>, String> texts = new HashMap<>();
    for (CacheDitKey<?> key : CacheDitKey.all()) {
      key.variable()
          .flatMap(name -> values.text(PREFIX + part + name))
          .ifPresent(text -> texts.put(key, text));
    }
    try {
      return CacheDitParams.ofTexts(texts);
    } catch (InvalidCacheConfigException e) {
      throw refused(e, part);
    }
  }

  /// What a request's cache is, if it has one.
  ///
  /// @param enable the request's own word, which beats these settings
  /// @param given the request's parameters, which beat these settings one by one; they alone enable
  ///   nothing
  public Optional<CacheDitParams> of(Optional<Boolean> enable, CacheDitParams given) {
    return enable.orElse(enabled) ? Optional.of(given.over(params)) : Optional.empty();
  }

  /// Checks, if caches are the default, that a transformer has the blocks that always run.
  ///
  /// @throws SettingException if not
  public void requireFits(int transformerBlocks) {
    check(cache -> cache.requireFits(transformerBlocks));
  }

  /// Checks, if caches are the default, that they work where the networks run.
  ///
  /// @throws SettingException if not
  public void requireWorksOn(Device device) {
    if (device != Device.CPU) {
      check(CacheDitParams::requireElementsUnseen);
    }
  }

  private void check(Consumer<CacheDitParams> requirement) {
    try {
      if (enabled) {
        requirement.accept(params);
      }
    } catch (InvalidCacheConfigException e) {
      throw refused(e);
    }
  }

  /// The same failure with the names of the variables.
  ///
  /// @param invalid because of [#params]
  public static SettingException refused(InvalidCacheConfigException invalid) {
    return refused(invalid, "");
  }

  private static SettingException refused(InvalidCacheConfigException invalid, String part) {
    String property =
        CacheDitKey.all().stream()
            .filter(key -> key.key().equals(invalid.key()))
            .flatMap(key -> key.variable().stream())
            .map(name -> PREFIX + part + name)
            .findFirst()
            .orElse(invalid.key());
    return new SettingException(
        "%s (%s) is '%s', must be %s"
            .formatted(
                property,
                variable(property),
                withVariables(invalid.value(), part),
                withVariables(invalid.allowed(), part)),
        false);
  }

  private static String withVariables(String text, String part) {
    String named = text;
    for (CacheDitKey<?> key : CacheDitKey.all()) {
      String known = key.key();
      String variable = key.variable().map(name -> variable(PREFIX + part + name)).orElse(known);
      named = named.replace(known, variable);
    }
    return named;
  }

  private static List<String> warnings(SettingValues values) {
    Set<String> known = known();
    Set<String> given = new TreeSet<>();
    values
        .names()
        .map(Setting::variable)
        .filter(name -> name.startsWith(VARIABLES))
        .forEach(given::add);

    List<String> warnings = new ArrayList<>();
    String secondary =
        given.stream()
            .filter(name -> name.startsWith(variable(PREFIX + SECONDARY)) && known.contains(name))
            .collect(joining(", "));
    if (!secondary.isEmpty()) {
      warnings.add(secondary + ": no effect, the model has one transformer");
    }
    given.removeAll(known);
    given.forEach(name -> warnings.add(unknown(name, known)));
    return warnings;
  }

  private static String unknown(String name, Set<String> known) {
    String meant =
        Spelling.nearest(
                name.substring(VARIABLES.length()),
                known.stream().map(other -> other.substring(VARIABLES.length())).toList())
            .map(near -> "; did you mean " + VARIABLES + near + "?")
            .orElse("");
    return name + " is no known setting and has no effect" + meant;
  }

  private static Set<String> known() {
    Set<String> known = new TreeSet<>(Set.of(CACHE_DIT_ENABLED.variable()));
    for (String name : names()) {
      known.add(variable(PREFIX + name));
      if (!name.startsWith(SCM)) {
        known.add(variable(PREFIX + SECONDARY + name));
      }
    }
    return known;
  }

  private static List<String> names() {
    return CacheDitKey.all().stream().flatMap(key -> key.variable().stream()).toList();
  }
}
