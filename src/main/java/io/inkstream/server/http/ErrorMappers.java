package io.inkstream.server.http;

import io.inkstream.server.refusal.LastResort;
import io.inkstream.server.refusal.Refusal;
import io.inkstream.server.refusal.Refusals;
import io.inkstream.server.store.StoreException;
import jakarta.inject.Singleton;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/// Every failure as OpenAI's error object. Its clients send a request again after 409, 429 and 5xx,
/// unless told not to: what would fail again says `x-should-retry: false`.
@Singleton
public final class ErrorMappers {
  private static final Logger LOG = Logger.getLogger(ErrorMappers.class);

  private final LastResort lastResort;

  ErrorMappers(LastResort lastResort) {
    this.lastResort = lastResort;
  }

  @ServerExceptionMapper
  public RestResponse<OpenAiError> failed(Throwable e) {
    lastResort.hear(e);
    return answer(refusal(e));
  }

  @ServerExceptionMapper
  public RestResponse<OpenAiError> http(
      WebApplicationException e, ContainerRequestContext request) {
    int status = e.getResponse().getStatus();
    var path = request.getUriInfo().getPath();
    return answer(Refusals.ofStatus(status, request.getMethod(), path, e.getMessage()));
  }

  /// What a client is told; the log learns what somebody must mend.
  public static Refusal refusal(Throwable failure) {
    Refusal refusal = Refusals.of(failure);
    if (failure instanceof StoreException) {
      LOG.errorf("%s (%s)", failure.getMessage(), failure.getCause());
    } else if (failure
        instanceof VirtualMachineError) { // where it hit says little, and memory is short
      LOG.errorf("a request failed: %s", failure);
    } else if (refusal.isInternal()) {
      LOG.error("a request failed", failure);
    }
    return refusal;
  }

  private static RestResponse<OpenAiError> answer(Refusal refusal) {
    var response =
        ResponseBuilder.<OpenAiError>create(refusal.status()) // 507 is none of its constants
            .entity(OpenAiError.of(refusal))
            .type(MediaType.APPLICATION_JSON_TYPE);
    return refusal
        .retryAfter()
        .map(wait -> response.header(HttpHeaders.RETRY_AFTER, seconds(wait)))
        .orElseGet(() -> response.header("x-should-retry", "false"))
        .build();
  }

  private static long seconds(Duration wait) {
    return Math.max(1, Math.ceilDiv(wait.toMillis(), 1000L));
  }
}
