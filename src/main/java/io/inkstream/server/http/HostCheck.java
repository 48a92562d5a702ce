package io.inkstream.server.http;

import io.inkstream.server.config.AccessSettings;
import io.inkstream.server.config.AllowedHosts;
import io.inkstream.server.refusal.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/// Refuses requests under a name that is not this server's: see [AllowedHosts]. A request without a
/// name comes from no web page, and may pass.
@Singleton
final class HostCheck {
  private final RouteErrors errors;
  private final AllowedHosts hosts;

  HostCheck(AccessSettings settings, RouteErrors errors) {
    this.errors = errors;
    this.hosts = settings.hosts();
  }

  void register(@Observes Router router) {
    router.route().order(GateOrder.ALLOWED_HOSTS).handler(this::check);
  }

  private void check(RoutingContext context) {
    HostAndPort asked = sent(context.request());
    if (asked == null || asked.host().isEmpty() || hosts.allow(asked.host())) {
      context.next();
    } else {
      errors.answer(context, refusal(asked.host()));
    }
  }

  /// Not what headers about forwarding say, which a page can set. Vert.x 4.5 has the real authority
  /// of HTTP/2 only.
  private static @Nullable HostAndPort sent(HttpServerRequest request) {
    String host = request.getHeader(HttpHeaders.HOST);
    return host == null ? request.authority(true) : HostAndPort.parseAuthority(host, -1);
  }

  private static Refusal refusal(String host) {
    return Refusal.invalidRequest(
        403,
        "This server may not be asked as '%s': allowed-hosts names those it may be".formatted(host),
        null,
        "host_not_allowed");
  }
}
