package io.inkstream.cli.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.inkstream.engine.cache.CacheDitParams;
import io.inkstream.engine.cache.InvalidCacheConfigException;
import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.server.config.CacheDitSettings;
import io.inkstream.server.config.SettingValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Whether and how blocks are reused between steps.
final class CacheOptions {
  @Option(
      names = "--enable-cache-dit",
      paramLabel = "true|false",
      arity = "0..1",
      fallbackValue = "true",
      description =
          "Reuse blocks of the transformer between steps: faster, slightly different pictures."
              + " Default: SGLANG_CACHE_DIT_ENABLED, else false.")
  private @Nullable Boolean enable;

  @Option(
      names = "--cache-dit-params",
      paramLabel = "JSON",
      description =
          "How: '{\"residual_diff_threshold\": 0.4, \"enable_taylorseer\": true}', for example."
              + " What it leaves out is as the variables SGLANG_CACHE_DIT_* say.")
  private @Nullable String params;

  @Option(
      names = "--cache-report",
      description = "A table of what the cache did at every step, on standard error.")
  private boolean report;

  boolean report() {
    return report;
  }

  /// The variables, checked.
  CacheDitSettings settings(SettingValues values) {
    return CacheDitSettings.from(values);
  }

  /// What the option itself says.
  Optional<Boolean> said() {
    return Optional.ofNullable(enable);
  }

  /// The pictures' cache; empty: none.
  Optional<CacheDitParams> of(CacheDitSettings settings) {
    return settings.of(Optional.ofNullable(enable), given());
  }

  /// What is set without effect, a line each.
  List<String> warnings(CacheDitSettings settings) {
    List<String> lines = new ArrayList<>();
    if (given().hasSecondary()) {
      lines.add("--cache-dit-params secondary: no effect, the model has one transformer");
    }
    if (params != null && of(settings).isEmpty()) {
      lines.add("--cache-dit-params: no effect without --enable-cache-dit");
    }
    return lines;
  }

  /// A refusal in the words of where the setting comes from: the options or the variables.
  RuntimeException refused(InvalidCacheConfigException invalid, CacheDitSettings settings) {
    return settings.params().sets(invalid.key()) && !given().sets(invalid.key())
        ? CacheDitSettings.refused(invalid)
        : InvalidRequestException.of(invalid);
  }

  private CacheDitParams given() {
    if (params == null) {
      return CacheDitParams.NONE;
    }
    try {
      return CacheDitParams.of(Report.value(params));
    } catch (JsonProcessingException e) {
      throw new InvalidRequestException(
          "cache_dit_params", "cache_dit_params is '" + params + "', must be a JSON object");
    } catch (InvalidCacheConfigException e) {
      throw InvalidRequestException.of(e);
    }
  }
}
