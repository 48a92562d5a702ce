package io.inkstream.server.config;

import io.inkstream.engine.cache.CacheDitKey;
import java.util.LinkedHashMap;
import java.util.Map;

/// SGLang's `SGLANG_CACHE_DIT_*`: an entry for each [CacheDitKey] that has a variable.
final class CacheEntries {
  static final Group GROUP = new Group("Cache");

  private static final String SECONDARY = "secondary-";
  private static final Standing NO_SECOND = new Standing.Accepted("the model has one transformer");

  static final Setting<Boolean> ENABLED =
      GROUP
          .entry("cache-dit.enabled", new Kind.Flag())
          .property(property("enabled"))
          .initially("false")
          .help("Requests that do not say have a cache.");

  static final Map<CacheDitKey<?>, Setting<String>> FIRST = entries("");
  static final Map<CacheDitKey<?>, Setting<String>> SECOND = entries(SECONDARY);

  private CacheEntries() {}

  /// @param part nothing, or `secondary-`: for a second transformer, whose masks are the first's
  private static Map<CacheDitKey<?>, Setting<String>> entries(String part) {
    Map<CacheDitKey<?>, Setting<String>> entries = new LinkedHashMap<>();
    boolean first = part.isEmpty();
    for (CacheDitKey<?> key : CacheDitKey.all()) {
      key.variable()
          .filter(name -> first || !name.startsWith("scm-"))
          .map(name ->
              (first ? GROUP : SglangEntries.GROUP)
                  .entry("cache-dit." + part + name, new Kind.Text())
                  .property(property(part + name))
                  .otherwise(key.normalJson().toString())
                  .standing(first ? new Standing.Honoured() : NO_SECOND)
                  .help(first ? key.meaning() : "As `" + Setting.variable(property(name)) + "`."))
          .ifPresent(entry -> entries.put(key, entry));
    }
    return entries;
  }

  private static String property(String name) {
    return "sglang.cache-dit." + name;
  }
}
