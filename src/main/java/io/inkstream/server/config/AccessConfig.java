package io.inkstream.server.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// Who may ask and what is written down, as it was given; see [ModelConfig] for why all are texts.
@ConfigMapping(prefix = "inkstream")
public interface AccessConfig {
  /// Keys of which a request must bear one, between commas. Default: none are asked for.
  Optional<String> apiKey();

  /// A file of more keys, one a line.
  Optional<String> apiKeyFile();

  /// Origins whose web pages may ask, between commas, or `*`. Default: none.
  Optional<String> corsOrigins();

  /// Whether prompts are logged: `true` or `false` (default).
  Optional<String> logPrompts();
}
