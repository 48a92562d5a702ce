package io.inkstream.server.api;

import io.inkstream.engine.forecast.ForecastPolicy;
import io.inkstream.engine.request.AdapterChoice;
import io.inkstream.engine.request.InputPictures;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Kind;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.eclipse.microprofile.openapi.OASFactory;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.eclipse.microprofile.openapi.models.media.Schema.SchemaType;

/// A request's body as `/q/openapi` describes it, from [Field].
final class RequestSchema {
  private static final String SIZE =
      "^\\s*(?:[aA][uU][tT][oO]|[1-9][0-9]{0,4}[xX][1-9][0-9]{0,4})\\s*$";

  private static final Set<Field> PICTURES = EnumSet.of(Field.IMAGES, Field.MASK);

  private RequestSchema() {}

  /// Of `/v1/images/generations`.
  static Schema words() {
    return withExtras(of(field -> !field.ofEdits(), Field.PROMPT));
  }

  /// Of `/v1/images/edits`, as JSON.
  static Schema edit() {
    return withExtras(of(field -> true, Field.PROMPT, Field.IMAGES));
  }

  /// The same as a form.
  static Schema editForm() {
    return form(Field.PROMPT)
        .addProperty("image[]", files())
        .addProperty("mask", file("Where the first picture is drawn anew"));
  }

  /// Of `/v1/images/variations`.
  static Schema variationForm() {
    return form();
  }

  private static Schema form(Field... required) {
    Schema form = of(field -> !PICTURES.contains(field), required);
    return form.addProperty("image", file("PNG, JPEG or WebP"));
  }

  private static Schema files() {
    return typed(SchemaType.ARRAY)
        .items(file("One of several"))
        .maxItems(InputPictures.MAX_PICTURES);
  }

  private static Schema file(String description) {
    return typed(SchemaType.STRING)
        .contentMediaType("application/octet-stream")
        .description(description);
  }

  private static Schema of(Predicate<Field> which, Field... required) {
    Schema request = OASFactory.createSchema().addType(SchemaType.OBJECT);
    for (Field field : required) {
      request.addRequired(field.wireName());
    }
    Arrays.stream(Field.values())
        .filter(which)
        .forEach(field -> request.addProperty(field.wireName(), described(field)));
    request.getProperties().entrySet().stream()
        .filter(field ->
            request.getRequired() == null || !request.getRequired().contains(field.getKey()))
        .forEach(field -> OpenApiContract.allowNull(field.getValue()));
    return request;
  }

  private static Schema withExtras(Schema request) {
    for (String name : ImageRequestBody.EXTRAS) {
      Schema extras = objectOrText();
      OpenApiContract.allowNull(extras);
      request.addProperty(
          name, extras.description("More fields, which count unless they stand beside it"));
    }
    return request;
  }

  private static Schema described(Field field) {
    Schema schema = of(field.kind());
    schema.description((field.inert() ? "Has no effect. " : "") + field.line());
    field.fallback().ifPresent(schema::defaultValue);
    return switch (field) {
      case PROMPT -> schema.examples(List.of("a red apple"));
      case SIZE -> schema.pattern(SIZE).examples(List.of("256x256"));
      case SEED -> schema.examples(List.of(42));
      default -> schema;
    };
  }

  private static Schema of(Kind kind) {
    return switch (kind) {
      case Kind.Text(int longest) ->
          longest == Integer.MAX_VALUE ? typed(SchemaType.STRING) : text(longest);
      case Kind.Word word ->
          typed(SchemaType.STRING).enumeration(List.<Object>copyOf(word.words()));
      case Kind.Whole(int low, int high) ->
          typed(SchemaType.INTEGER)
              .format("int32")
              .minimum(BigDecimal.valueOf(low))
              .maximum(BigDecimal.valueOf(high));
      case Kind.Real real -> real(real);
      case Kind.Flag flag ->
          flag.refusedBecause().isEmpty()
              ? typed(SchemaType.BOOLEAN)
              : typed(SchemaType.BOOLEAN).enumeration(List.of(false));
      case Kind.Mapping _ -> typed(SchemaType.OBJECT);
      case Kind.Own(Kind.Own.Form form) ->
          switch (form) {
            case SEEDS -> seed();
            case FORECAST -> forecast();
            case OBJECT_OR_TEXT -> objectOrText();
            case ADAPTERS -> adapters();
            case SCHEDULER -> objectOrText();
            case PICTURES ->
                typed(SchemaType.ARRAY)
                    .items(picture())
                    .minItems(1)
                    .maxItems(InputPictures.MAX_PICTURES);
            case PICTURE -> picture();
          };
    };
  }

  private static Schema picture() {
    Schema address = typed(SchemaType.STRING).description("A data URL; another one if allowed");
    return OASFactory.createSchema()
        .oneOf(
            List.of(
                reference("image_url", address),
                reference("file_id", typed(SchemaType.STRING).description("Of `/v1/files`"))));
  }

  private static Schema reference(String name, Schema value) {
    return typed(SchemaType.OBJECT)
        .addProperty(name, value)
        .addRequired(name)
        .additionalPropertiesBoolean(false);
  }

  private static Schema adapters() {
    Schema adapter =
        typed(SchemaType.OBJECT)
            .addProperty("name", typed(SchemaType.STRING))
            .addProperty("path", typed(SchemaType.STRING))
            .addProperty("scale", typed(SchemaType.NUMBER).format("double").defaultValue(1.0));
    return typed(SchemaType.ARRAY).items(adapter).maxItems(AdapterChoice.MOST);
  }

  private static Schema text(int longest) {
    return typed(SchemaType.STRING).maxLength(longest);
  }

  private static Schema real(Kind.Real real) {
    Schema schema = typed(SchemaType.NUMBER).format("double");
    real.low()
        .map(BigDecimal::valueOf)
        .ifPresent(low -> {
          var _ = real.open() ? schema.exclusiveMinimum(low) : schema.minimum(low);
        });
    real.high()
        .map(BigDecimal::valueOf)
        .ifPresent(high -> {
          var _ = real.open() ? schema.exclusiveMaximum(high) : schema.maximum(high);
        });
    return schema;
  }

  private static Schema seed() {
    var number = integer().description("Of the first picture; picture i has seed + i");
    int most = Field.N.kind() instanceof Kind.Whole(int low, int high) ? high : 1;
    var list =
        typed(SchemaType.ARRAY)
            .items(integer())
            .minItems(1)
            .maxItems(most)
            .description("One for each picture");
    return OASFactory.createSchema().anyOf(List.of(number, list));
  }

  private static Schema forecast() {
    var object =
        typed(SchemaType.OBJECT)
            .description(
                "policy " + Arrays.toString(ForecastPolicy.Kind.values()) + ", share, tolerance");
    var share =
        typed(SchemaType.NUMBER)
            .exclusiveMinimum(BigDecimal.ZERO)
            .maximum(BigDecimal.ONE)
            .description("The share of the steps that is computed");
    return OASFactory.createSchema().anyOf(List.of(object, share, typed(SchemaType.BOOLEAN)));
  }

  private static Schema objectOrText() {
    return OASFactory.createSchema()
        .anyOf(List.of(typed(SchemaType.OBJECT), typed(SchemaType.STRING).description("Its JSON")));
  }

  private static Schema integer() {
    return typed(SchemaType.INTEGER)
        .format("int64")
        .minimum(BigDecimal.ZERO)
        .maximum(BigDecimal.valueOf(Long.MAX_VALUE));
  }

  private static Schema typed(SchemaType type) {
    return OASFactory.createSchema().addType(type);
  }
}
