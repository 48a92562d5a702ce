package io.inkstream.server.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/// Each request has an id, its client's or one of ours: in `x-request-id` of every answer, and in
/// the log.
@Singleton
public final class RequestIds {
  public static final String HEADER = "x-request-id";
  private static final String LOG_KEY = "requestId";
  // What a header and a line of the log can hold without harm.
  private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._:/+=@-]{1,128}");

  private final SecureRandom random = new SecureRandom();

  void register(@Observes Router router) {
    router.route().order(GateOrder.REQUEST_ID).handler(this::name);
  }

  private void name(RoutingContext context) {
    String id = of(context.request());
    context.response().putHeader(HEADER, id);
    MDC.put(LOG_KEY, id);
    context.next();
  }

  String of(HttpServerRequest request) {
    @Nullable String given = request.getHeader(HEADER);
    return given != null && SANE.matcher(given).matches() ? given : newId();
  }

  private String newId() {
    byte[] bytes = new byte[16];
    random.nextBytes(bytes);
    return "req_" + HexFormat.of().formatHex(bytes);
  }
}
