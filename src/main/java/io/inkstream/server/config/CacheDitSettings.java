package io.inkstream.server.config;

import io.inkstream.engine.cache.CacheDitKey;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.device.Device;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/// SGLang's `SGLANG_CACHE_DIT_*` variables, or `sglang.cache-dit.*` in a file, checked.
///
/// @param enabled whether requests have a cache that do not say
/// @param params what their caches are, where they do not say
public record CacheDitSettings(boolean enabled, CacheDitParams params) {
  /// Checks the settings.
  ///
  /// @throws SettingException if a value is not allowed
  public static CacheDitSettings from(SettingValues values) {
    var _ = params(values, CacheEntries.SECOND); // a wrong one would stop SGLang, too
    return new CacheDitSettings(
        values.get(CacheEntries.ENABLED), params(values, CacheEntries.FIRST));
  }

  private static CacheDitParams params(
      SettingValues values, Map<CacheDitKey<?>, Setting<String>> entries) {
    Map<CacheDitKey<?>, String> texts = new HashMap<>();
    entries.forEach((key, entry) -> values.find(entry).ifPresent(text -> texts.put(key, text)));
    try {
      return CacheDitParams.ofTexts(texts);
    } catch (InvalidCacheConfigException e) {
      throw refused(e, entries);
    }
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
    if (!device.kind().takesHostTensors()) {
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
    return refused(invalid, CacheEntries.FIRST);
  }

  private static SettingException refused(
      InvalidCacheConfigException invalid, Map<CacheDitKey<?>, Setting<String>> entries) {
    String named = invalid.key();
    String value = invalid.value();
    String allowed = invalid.allowed();
    for (var entry : entries.entrySet()) {
      String key = entry.getKey().key();
      Setting<?> setting = entry.getValue();
      named = named.equals(key) ? setting.named() : named;
      value = value.replace(key, setting.variable());
      allowed = allowed.replace(key, setting.variable());
    }
    return new SettingException("%s is '%s', must be %s".formatted(named, value, allowed), false);
  }
}
