package io.inkstream.server.config;

import io.smallrye.config.ConfigMapping;
import java.util.Optional;

/// How the server works through its requests, from start to stop, as it was given; see
/// [ModelConfig] for why all are texts.
@ConfigMapping(prefix = "inkstream")
public interface OperationConfig {
  /// Requests that may wait, 0 to 100,000; default 64.
  Optional<String> maxQueuedRequests();

  /// Requests that run at once, 1 to 64; default 1.
  Optional<String> maxRunningRequests();

  /// Which waiting request is next: `shortest-first` (default) or `fifo`.
  Optional<String> queuePolicy();

  /// `server` (default): a small picture is drawn before the server is ready. `off`: none is.
  Optional<String> warmupMode();

  /// Bytes of a request's body, 1 to 1,073,741,824, also as `64K` or `1M`; default 1M.
  Optional<String> maxBodySize();

  /// Seconds that jobs get to end when the server stops, 0 to 86,400; default 30.
  Optional<String> httpGracefulShutdownTimeout();
}
