package io.inkstream.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// The server's settings as they were given: `inkstream.max-queued-requests`,
/// `INKSTREAM_MAX_QUEUED_REQUESTS`, …; see [ModelConfig] for why all are texts.
@ConfigMapping(prefix = "inkstream")
public interface ServerConfig {
  /// The model's name on the wire. Default: the last part of the model path.
  Optional<String> servedModelName();

  /// Requests that may wait, 0 to 100,000; default 64.
  Optional<String> maxQueuedRequests();

  /// Requests that run at once, 1 to 64; default 1.
  Optional<String> maxRunningRequests();

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
