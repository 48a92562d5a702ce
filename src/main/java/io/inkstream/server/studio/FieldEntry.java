package io.inkstream.server.studio;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Kind;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/// A field of a request, so that a form can be made of it.
///
/// @param type `text`, `word`, `whole`, `real`, `flag`, `object`, or a form of its own: `seeds`, …
/// @param low of a number, or absent
/// @param high of a number, or the most characters of a text, or absent
/// @param words of a word, or absent
/// @param fallback what counts where a request says nothing; absent: what the server or model says
/// @param line what it is for, in Markdown
/// @param of `picture`: it changes what is drawn; `edit`: as that, of pictures that are brought;
///   `order`: how often, and the file; `answer`
@JsonNaming(SnakeCaseStrategy.class)
@JsonInclude(Include.NON_NULL)
@RegisterForReflection
@Schema(name = "StudioField")
record FieldEntry(
    String name,
    String type,
    @Nullable Double low,
    @Nullable Double high,
    @Nullable List<String> words,
    @Nullable Object fallback,
    String line,
    String of) {
  /// Those that have an effect.
  static List<FieldEntry> all() {
    return Arrays.stream(Field.values())
        .filter(field -> !field.inert())
        .map(FieldEntry::of)
        .toList();
  }

  private static FieldEntry of(Field field) {
    Kind kind = field.kind();
    return new FieldEntry(
        field.wireName(),
        type(kind),
        low(kind).orElse(null),
        high(kind).orElse(null),
        kind instanceof Kind.Word word ? word.words() : null,
        field.fallback().orElse(null),
        field.line(),
        of(field.drawn(), field));
  }

  private static String of(boolean drawn, Field field) {
    if (drawn) {
      return field.ofEdits() ? "edit" : "picture";
    }
    return field.ordered() ? "order" : "answer";
  }

  private static String type(Kind kind) {
    return switch (kind) {
      case Kind.Text _ -> "text";
      case Kind.Word _ -> "word";
      case Kind.Whole _ -> "whole";
      case Kind.Real _ -> "real";
      case Kind.Flag _ -> "flag";
      case Kind.Mapping _ -> "object";
      case Kind.Own(Kind.Own.Form form) -> form.name().toLowerCase(Locale.ROOT);
    };
  }

  private static Optional<Double> low(Kind kind) {
    return switch (kind) {
      case Kind.Whole(int low, int _) -> Optional.of((double) low);
      case Kind.Real real -> real.low();
      case Kind.Text _, Kind.Word _, Kind.Flag _, Kind.Mapping _, Kind.Own _ -> Optional.empty();
    };
  }

  private static Optional<Double> high(Kind kind) {
    return switch (kind) {
      case Kind.Text(int longest) -> Optional.of((double) longest);
      case Kind.Whole(int _, int high) -> Optional.of((double) high);
      case Kind.Real real -> real.high();
      case Kind.Word _, Kind.Flag _, Kind.Mapping _, Kind.Own _ -> Optional.empty();
    };
  }
}
