package io.inkstream.server.http;

import io.inkstream.server.config.AccessSettings;
import io.inkstream.server.refusal.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Asks for one of the configured keys, if there are any: `Authorization: Bearer KEY`. Probes,
/// metrics, the API's description, the studio's files, links to pictures and the events of a job
/// that has a name of ours need none: a browser cannot send one with those.
@Singleton
public final class ApiKeys {
  private static final Set<String> OPEN =
      Set.of(
          "/", "/health", "/health_generate", "/liveness", "/metrics", "/q/metrics", "/q/openapi");
  private static final Pattern OPEN_BELOW =
      Pattern.compile(
          "/q/(?:health|swagger-ui)(?:/.*)?"
              + "|/v1/images/img-[0-9a-f]{40}/content"
              + "|/v1/images/jobs/imgjob-[0-9a-f]{40}/events"
              + "|/studio/[a-z0-9-]+[.](?:html|js|css|svg)");
  private static final Pattern BEARER = Pattern.compile("(?i)bearer +(\\S+) *");

  // In OpenAI's words, less the key.
  private static final Refusal NO_KEY =
      Refusal.invalidRequest(
          401,
          "Incorrect API key provided: send one as Authorization: Bearer KEY",
          null,
          "invalid_api_key");

  private final RouteErrors errors;
  // Digests have one length, so that comparing takes the same time for every wrong key.
  private final List<byte[]> digests;

  ApiKeys(AccessSettings settings, RouteErrors errors) {
    this.errors = errors;
    this.digests = settings.apiKeys().stream().map(ApiKeys::digest).toList();
  }

  void register(@Observes Router router) {
    if (!digests.isEmpty()) {
      router.route().order(GateOrder.API_KEY).handler(this::check);
    }
  }

  private void check(RoutingContext context) {
    if (isOpen(context) || isKnown(context.request().getHeader(HttpHeaders.AUTHORIZATION))) {
      context.next();
    } else {
      context.response().putHeader("WWW-Authenticate", "Bearer");
      errors.answer(context, NO_KEY);
    }
  }

  private static boolean isOpen(RoutingContext context) {
    return context.request().method().equals(HttpMethod.OPTIONS)
        || isOpen(context.normalizedPath());
  }

  /// Whether a path needs no key, where others do.
  ///
  /// @param path in its normal form: another one of the same is not open
  public static boolean isOpen(String path) {
    return OPEN.contains(path) || OPEN_BELOW.matcher(path).matches();
  }

  private boolean isKnown(@Nullable String authorization) {
    var bearer = BEARER.matcher(authorization == null ? "" : authorization);
    if (!bearer.matches()) {
      return false;
    }
    byte[] given = digest(bearer.group(1));
    boolean known = false;
    for (byte[] digest : digests) {
      known |= MessageDigest.isEqual(given, digest); // all of them: which one it is, takes no time
    }
    return known;
  }

  private static byte[] digest(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
