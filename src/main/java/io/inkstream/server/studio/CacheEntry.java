package io.inkstream.server.studio;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.engine.cache.CacheDitKey;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/// A parameter of the cache.
///
/// @param words it may be; none: it is no choice
/// @param normal its default
/// @param tuned its value in the tuned example of SGLang's cookbook
@JsonNaming(SnakeCaseStrategy.class)
@RegisterForReflection
@Schema(name = "StudioCacheParameter")
record CacheEntry(String name, List<String> words, Object normal, Object tuned, String line) {
  private static final Map<CacheDitKey<?>, Object> TUNED =
      Map.of(
          CacheDitKey.FN_COMPUTE_BLOCKS, 2,
          CacheDitKey.BN_COMPUTE_BLOCKS, 1,
          CacheDitKey.MAX_WARMUP_STEPS, 4,
          CacheDitKey.RESIDUAL_DIFF_THRESHOLD, 0.4,
          CacheDitKey.MAX_CONTINUOUS_CACHED_STEPS, 4,
          CacheDitKey.ENABLE_TAYLORSEER, true,
          CacheDitKey.TAYLORSEER_ORDER, 2);

  static List<CacheEntry> all() {
    return CacheDitKey.all().stream().map(CacheEntry::of).toList();
  }

  private static CacheEntry of(CacheDitKey<?> key) {
    Object normal = key.normalJson();
    return new CacheEntry(
        key.key(), key.words(), normal, TUNED.getOrDefault(key, normal), key.meaning());
  }
}
