package io.inkstream.server.api;

import io.inkstream.engine.image.ImageFormat;
import io.inkstream.server.http.ApiKeys;
import io.inkstream.server.http.RequestIds;
import io.inkstream.server.http.ServerSentEvents;
import io.quarkus.smallrye.openapi.OpenApiFilter;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.OASFilter;
import org.eclipse.microprofile.openapi.models.OpenAPI;
import org.eclipse.microprofile.openapi.models.Operation;
import org.eclipse.microprofile.openapi.models.headers.Header;
import org.eclipse.microprofile.openapi.models.media.Content;
import org.eclipse.microprofile.openapi.models.media.MediaType;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.responses.APIResponse;
import org.eclipse.microprofile.openapi.models.responses.APIResponses;
import org.jboss.jandex.IndexView;
import org.jspecify.annotations.Nullable;

/// Completes `/q/openapi` with what all routes or all fields have in common.
@OpenApiFilter(OpenApiFilter.RunStage.BUILD)
public final class OpenApiContract implements OASFilter {
  /// The body of a request.
  public static final String REQUEST = "#/components/schemas/ImageGenerationRequest";

  /// Stands for the media type of each of the formats.
  static final String ANY_PICTURE = "image/*";

  private static final String RESPONSES = "#/components/responses/";
  private static final String STREAM_EVENT = "ImageStreamEvent";
  private static final String EDIT_EVENT = "ImageEditEvent";
  private static final String JOB_EVENT = "ImageJobEvent";
  private static final Map<String, String> EVENTS =
      Map.of(
          "/v1/images/generations",
          STREAM_EVENT,
          "/v1/images/edits",
          EDIT_EVENT,
          "/v1/images/variations",
          EDIT_EVENT,
          "/v1/images/jobs/{id}/events",
          JOB_EVENT);
  private static final Set<String> OPEN_BY_PARAMETER =
      Set.of("/v1/images/{id}/content", "/v1/images/jobs/{id}/events", "/studio/{file}");
  private static final Set<String> INTERNAL = Set.of("JsonNode", "JsonNodeType", "JsonNodeType1");

  private final IndexView index;

  /// @param index of the classes of the build
  public OpenApiContract(IndexView index) {
    this.index = index;
  }

  @Override
  public void filterOpenAPI(OpenAPI api) {
    Map<String, Schema> schemas = new TreeMap<>(api.getComponents().getSchemas());
    schemas.put("ImageGenerationRequest", RequestSchema.words());
    schemas.put("ImageEditRequest", RequestSchema.edit());
    schemas.put("ImageEditForm", RequestSchema.editForm());
    schemas.put("ImageVariationForm", RequestSchema.variationForm());
    AnswerSchemas.records(index).forEach(type -> AnswerSchemas.complete(type, schemas));
    schemas.keySet().removeAll(INTERNAL);
    completeStreams(schemas);
    api.getComponents().setSchemas(schemas);
    api.getPaths()
        .getPathItems()
        .forEach(
            (path, item) -> item.getOperations().values().forEach(route -> complete(path, route)));
  }

  static void allowNull(Schema field) {
    if (field.getEnumeration() != null) {
      var words =
          OASFactory.createSchema().type(field.getType()).enumeration(field.getEnumeration());
      field.type(null).enumeration(null).addAnyOf(words); // an enumeration here cannot hold null
    }
    if (field.getRef() != null) {
      var other = OASFactory.createSchema().ref(field.getRef());
      field.ref(null).addAnyOf(other);
    }
    if (field.getAnyOf() != null) {
      field.addAnyOf(OASFactory.createSchema().addType(Schema.SchemaType.NULL));
    } else if (field.getType() != null) {
      field.addType(Schema.SchemaType.NULL);
    }
  }

  /// A stream is described by the form of its events, whose data is JSON in a string.
  private static void completeStreams(Map<String, Schema> schemas) {
    completeStream(schemas, STREAM_EVENT, "image_generation");
    completeStream(schemas, EDIT_EVENT, "image_edit");
    Schema ofJob = OASFactory.createSchema().addType(Schema.SchemaType.OBJECT);
    schemas.put(JOB_EVENT, event(text(), ofJob).addProperty("id", text()));
  }

  private static void completeStream(Map<String, Schema> schemas, String event, String family) {
    List<Schema> data =
        Stream.of("PartialImage", "Completed", "Progress", "OpenAiError")
            .map(name -> OASFactory.createSchema().ref(name))
            .toList();
    Schema types =
        text()
            .enumeration(
                Stream.concat(
                        Arrays.stream(ImageStreamEvent.NAMES).map(name -> family + "." + name),
                        Stream.of("error"))
                    .<Object>map(name -> name)
                    .toList());
    schemas.put(event, event(types, OASFactory.createSchema().anyOf(data)));
  }

  private static Schema event(Schema types, Schema data) {
    return OASFactory.createSchema()
        .addType(Schema.SchemaType.OBJECT)
        .description("A Server-Sent Event")
        .addProperty("event", types)
        .addProperty("data", text().contentMediaType("application/json").contentSchema(data))
        .required(List.of("event", "data"));
  }

  private static Schema text() {
    return OASFactory.createSchema().addType(Schema.SchemaType.STRING);
  }

  private static void describeStream(APIResponse response, String event) {
    MediaType stream =
        response.getContent() == null
            ? null
            : response.getContent().getMediaType(ServerSentEvents.MEDIA_TYPE);
    if (stream != null) {
      stream.schema(OASFactory.createSchema().ref(event));
    }
  }

  private static void describePictures(APIResponse response) {
    Content content = response.getContent();
    if (content != null && content.hasMediaType(ANY_PICTURE)) {
      MediaType picture = content.getMediaType(ANY_PICTURE);
      content.removeMediaType(ANY_PICTURE);
      for (var format : ImageFormat.values()) {
        content.addMediaType(format.mediaType(), picture);
      }
    }
  }

  private static void complete(String path, Operation route) {
    boolean open = ApiKeys.isOpen(path) || OPEN_BY_PARAMETER.contains(path);
    APIResponses responses = route.getResponses();
    if (open) {
      route.security(List.of());
    } else {
      route.security(
          List.of(
              OASFactory.createSecurityRequirement(),
              OASFactory.createSecurityRequirement().addScheme("apiKey")));
      add(responses, "401", "Unauthorized");
    }
    add(responses, "default", "Error");
    responses.getAPIResponses().values().stream()
        .filter(response -> response.getRef() == null)
        .forEach(response -> {
          addRequestId(response);
          @Nullable String event = EVENTS.get(path);
          if (event != null) {
            describeStream(response, event);
          }
          describePictures(response);
        });
  }

  private static void add(APIResponses responses, String status, String name) {
    if (!responses.hasAPIResponse(status)) {
      responses.addAPIResponse(status, OASFactory.createAPIResponse().ref(RESPONSES + name));
    }
  }

  private static void addRequestId(APIResponse response) {
    Header header = OASFactory.createHeader().ref("#/components/headers/RequestId");
    response.addHeader(RequestIds.HEADER, header);
  }
}
