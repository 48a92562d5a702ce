package io.inkstream.server.studio;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quarkus.smallrye.openapi.runtime.OpenApiConstants;
import io.quarkus.smallrye.openapi.runtime.OpenApiDocumentService;
import io.smallrye.openapi.runtime.io.Format;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// The routes that there are, as the API's description has them.
@Singleton
final class Routes {
  private final OpenApiDocumentService description;
  private final ObjectMapper mapper;

  Routes(OpenApiDocumentService description, ObjectMapper mapper) {
    this.description = description;
    this.mapper = mapper;
  }

  /// Such as `POST /v1/images/generations`.
  List<String> list() {
    byte[] json = description.getDocument(OpenApiConstants.DEFAULT_DOCUMENT_NAME, Format.JSON);
    try {
      return mapper.readTree(json).path("paths").properties().stream()
          .flatMap(Routes::of)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("the API's description is no JSON", e);
    }
  }

  private static Stream<String> of(Map.Entry<String, JsonNode> path) {
    return path.getValue()
        .propertyStream()
        .map(Map.Entry::getKey)
        .filter(method -> !method.equals("parameters"))
        .map(method -> method.toUpperCase(Locale.ROOT) + " " + path.getKey());
  }
}
