package io.inkstream.server.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.BeanPropertyDefinition;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.models.media.Schema;
import org.jboss.jandex.AnnotationTarget;
import org.jboss.jandex.IndexView;
import org.jspecify.annotations.Nullable;

/// What the records of answers say themselves of their fields: one is required unless it is
/// nullable and left out when null; nullable if it is that and not left out; base64 if it is bytes.
final class AnswerSchemas {
  private static final ObjectMapper JSON = new ObjectMapper();
  // Of rooms that this one does not know, too.
  private static final Pattern ROOMS =
      Pattern.compile("io\\.inkstream\\.server\\.(api|http|deferred|edits)\\..*");

  private AnswerSchemas() {}

  /// The records that Jackson writes for routes: those that a native executable must be able to
  /// look into, without hidden ones.
  static List<Class<?>> records(IndexView index) {
    return index.getAnnotations(RegisterForReflection.class).stream()
        .filter(found -> found.target().kind() == AnnotationTarget.Kind.CLASS)
        .map(found -> found.target().asClass().name().toString())
        .filter(ROOMS.asMatchPredicate())
        .<Class<?>>map(AnswerSchemas::load)
        .filter(Class::isRecord)
        .filter(type -> described(type).map(schema -> !schema.hidden()).orElse(true))
        .distinct() // an index of several parts may name one twice
        .toList();
  }

  /// Completes the schema of a record.
  ///
  /// @throws IllegalStateException if there is none: the record belongs to no route's description
  static void complete(Class<?> type, Map<String, Schema> schemas) {
    Schema schema = schemas.get(name(type));
    if (schema == null) {
      throw new IllegalStateException(type.getName() + " is an answer, but not described");
    }
    Map<String, RecordComponent> components =
        Arrays.stream(type.getRecordComponents())
            .collect(Collectors.toMap(RecordComponent::getName, Function.identity()));
    for (BeanPropertyDefinition property : properties(type)) {
      RecordComponent component = components.get(property.getInternalName());
      if (component != null) {
        complete(component, schema, property.getName());
      }
    }
  }

  private static void complete(RecordComponent component, Schema record, String field) {
    boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    Schema schema = Objects.requireNonNull(record.getProperties().get(field), field);
    if (!nullable || !isLeftOut(component)) {
      required(record, field);
    }
    if (nullable && !isLeftOut(component)) {
      OpenApiContract.allowNull(schema);
    }
    if (component.getType() == byte[].class) {
      schema.format(null).contentEncoding("base64");
    }
  }

  private static void required(Schema record, String field) {
    if (record.getRequired() == null || !record.getRequired().contains(field)) {
      record.addRequired(field);
    }
  }

  private static boolean isLeftOut(RecordComponent component) {
    return Optional.ofNullable(component.getAccessor().getAnnotation(JsonInclude.class))
        .or(() ->
            Optional.ofNullable(component.getDeclaringRecord().getAnnotation(JsonInclude.class)))
        .filter(include -> include.value() == JsonInclude.Include.NON_NULL)
        .isPresent();
  }

  private static List<BeanPropertyDefinition> properties(Class<?> type) {
    return JSON.getSerializationConfig().introspect(JSON.constructType(type)).findProperties();
  }

  private static String name(Class<?> type) {
    return described(type)
        .map(org.eclipse.microprofile.openapi.annotations.media.Schema::name)
        .filter(name -> !name.isEmpty())
        .orElse(type.getSimpleName());
  }

  private static Optional<org.eclipse.microprofile.openapi.annotations.media.Schema> described(
      Class<?> type) {
    return Optional.ofNullable(
        type.getAnnotation(org.eclipse.microprofile.openapi.annotations.media.Schema.class));
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, AnswerSchemas.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(name + " is indexed, but not there", e);
    }
  }
}
