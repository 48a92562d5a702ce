package io.inkstream.server.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// Where pictures of `response_format=url` are kept, as it was given; see [ModelConfig] for why all
/// are texts.
@ConfigMapping(prefix = "inkstream")
public interface OutputConfig {
  /// Folder of kept pictures. Default: one among the system's temporary files.
  Optional<String> outputPath();

  /// All kept pictures together, such as `500M` or `1G` (default); 0 keeps none.
  Optional<String> outputMaxSize();

  /// How long a picture is kept, such as `90s`, `30m`, `24h` (default) or `7d`.
  Optional<String> outputMaxAge();
}
