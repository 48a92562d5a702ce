package io.inkstream.server.api;

import io.inkstream.engine.pipeline.InvalidRequestException;
import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.jobs.ModelNotReadyException;
import org.jboss.logging.Logger;

/// What a reader is told when a job fails after the answer has begun: [ErrorMappers] without
/// statuses.
final class StreamErrors {
  private static final Logger LOG = Logger.getLogger(StreamErrors.class);

  private StreamErrors() {}

  static OpenAiError of(Throwable failure) {
    String message = String.valueOf(failure.getMessage());
    return switch (failure) {
      case ApiException e -> e.error();
      case InvalidRequestException e ->
          OpenAiError.invalidRequest(message, e.parameter(), "invalid_value");
      case ModelNotReadyException _ -> OpenAiError.serverError(message, "model_not_ready");
      case CancelledException _ -> OpenAiError.serverError("the job was cancelled", "cancelled");
      default -> {
        LOG.error("a streamed request failed", failure);
        yield OpenAiError.ofStatus(500, "", "", null);
      }
    };
  }
}
