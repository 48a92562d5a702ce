package io.inkstream.server.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.smallrye.openapi.runtime.OpenApiConstants;
import io.quarkus.smallrye.openapi.runtime.OpenApiDocumentService;
import io.smallrye.openapi.runtime.io.Format;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The `Allow` header that an answer of 405 must have (RFC 9110, 15.5.6) and one to OPTIONS has.
/// Which methods a path has, the API's description knows. Quarkus 3.34 (its REST and its Vert.x
/// routes) answers 405 without it, and OPTIONS with the methods of all paths of a resource's class;
/// when it sends the right header, this class can go.
@Singleton
final class AllowedMethods {
  private static final int NOT_ALLOWED = 405;
  private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");

  private final OpenApiDocumentService description;
  private final ObjectMapper mapper;
  private volatile @Nullable List<Route> routes;

  AllowedMethods(OpenApiDocumentService description, ObjectMapper mapper) {
    this.description = description;
    this.mapper = mapper;
  }

  void register(@Observes Router router) {
    router.route().order(GateOrder.ALLOWED_METHODS).handler(this::watch);
  }

  private void watch(RoutingContext context) {
    context.addHeadersEndHandler(sent -> {
      HttpServerResponse response = context.response();
      boolean said = response.headers().contains(HttpHeaders.ALLOW);
      boolean missing = response.getStatusCode() == NOT_ALLOWED && !said;
      boolean ofItsClass = context.request().method().equals(HttpMethod.OPTIONS) && said;
      if (missing || ofItsClass) {
        response.putHeader(HttpHeaders.ALLOW, methods(context.normalizedPath()));
      }
    });
    context.next();
  }

  /// Such as `GET, HEAD, OPTIONS`; empty if the path is not described.
  private String methods(String path) {
    List<Route> known = routes;
    if (known == null) {
      known = read();
      routes = known;
    }
    return known.stream()
        .filter(route -> route.path().matcher(path).matches())
        .max(Comparator.comparing(Route::literal))
        .map(route -> String.join(", ", route.methods()))
        .orElse("");
  }

  /// @param literal characters of the path that are no parameter: the more, the closer it is
  private record Route(Pattern path, int literal, Set<String> methods) {
    static Route of(String template, JsonNode item) {
      Set<String> methods = new TreeSet<>(List.of("OPTIONS"));
      item.fieldNames().forEachRemaining(name -> methods.add(name.toUpperCase(Locale.ROOT)));
      methods.remove("PARAMETERS");
      if (methods.contains("GET")) {
        methods.add("HEAD");
      }
      String[] literals = PARAMETER.split(template, -1);
      String path = String.join(".+", List.of(literals).stream().map(Pattern::quote).toList());
      return new Route(Pattern.compile(path), String.join("", literals).length(), methods);
    }
  }

  private List<Route> read() {
    byte[] json = description.getDocument(OpenApiConstants.DEFAULT_DOCUMENT_NAME, Format.JSON);
    try {
      return mapper.readTree(json).path("paths").properties().stream()
          .map(path -> Route.of(path.getKey(), path.getValue()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the API's description is no JSON", e);
    }
  }
}
