package io.inkstream.engine.cache;

import static java.util.stream.Collectors.joining;

import io.inkstream.Documents;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/// The table of parameters in the document is the keys'.
class CacheDocumentTest {
  private static final String BEGINNING =
      """
      | variable `SGLANG_CACHE_DIT_…` | key in `cache_dit_params` | default | meaning |
      |---|---|---|---|
      | `ENABLED` | (`enable_cache_dit`, beside it) | false | cache for requests that do not say |
      """;
  private static final String END =
      "| `SECONDARY_*` | `secondary` | | for a second transformer: accepted, no effect, as this"
          + " model has one |";

  @Test
  void theDocumentHasEveryKey() {
    String rows = CacheDitKey.all().stream().map(CacheDocumentTest::row).collect(joining());
    Documents.assertPart(Path.of("docs/cache.md"), "parameters", BEGINNING + rows + END);
  }

  private static String row(CacheDitKey<?> key) {
    String variable =
        key.variable()
            .map(name -> " `" + name.toUpperCase(Locale.ROOT).replace('-', '_') + "`")
            .orElse("");
    return "|%s | `%s` |%s | %s |\n".formatted(variable, key.key(), normal(key), key.meaning());
  }

  private static String normal(CacheDitKey<?> key) {
    return switch (key.normalJson()) {
      case List<?> none when none.isEmpty() -> "";
      case Double number ->
          " " + BigDecimal.valueOf(number).stripTrailingZeros().toString().toLowerCase(Locale.ROOT);
      case Object other -> " " + other;
    };
  }
}
