package io.inkstream.server.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// The server's settings as they were given: `inkstream.served-model-name`,
/// `INKSTREAM_SERVED_MODEL_NAME`, …; see [ModelConfig] for why all are texts.
@ConfigMapping(prefix = "inkstream")
public interface ServerConfig {
  /// The model's name on the wire. Default: the last part of the model path.
  Optional<String> servedModelName();

  /// Seconds between the comments that keep a stream open, 0 (none) to 3,600; default 10.
  Optional<String> heartbeatInterval();

  /// Whether requests for another model are refused: `true` (default) or `false`.
  Optional<String> checkModel();

  /// Largest picture, in pixels; default 3840 x 2160.
  Optional<String> maxImagePixels();

  /// `output_compression` of requests that say none, 0 to 100.
  Optional<String> outputCompression();

  /// Steps of requests that say none, 1 to 10,000.
  Optional<String> numInferenceSteps();

  /// Size of requests that say none, `WIDTHxHEIGHT`.
  Optional<String> size();

  /// Sampler of requests that name none, `euler` (default) or `ab2`; see [DenoisingSettings].
  Optional<String> sampler();
}
