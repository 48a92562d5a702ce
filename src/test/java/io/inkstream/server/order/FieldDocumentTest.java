package io.inkstream.server.order;

import static java.util.stream.Collectors.joining;

import io.inkstream.Documents;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class FieldDocumentTest {
  private static final Path API = Path.of("docs/api.md");
  private static final Path EDITS = Path.of("docs/edits.md");

  @Test
  void theFieldsOfTheDocumentAreTheCodes() {
    Documents.assertPart(API, "fields", table("| field | values | default | |", false, false));
    Documents.assertPart(API, "inert fields", table("| field | values | why |", true, false));
  }

  @Test
  void theFieldsOfEditsAreTheCodes() {
    Documents.assertPart(
        EDITS, "edit fields", table("| field | values | default | |", false, true));
    Documents.assertPart(EDITS, "inert edit fields", table("| field | values | why |", true, true));
  }

  private static String table(String head, boolean inert, boolean ofEdits) {
    String rule = "|---".repeat((int) head.chars().filter(c -> c == '|').count() - 1) + "|\n";
    return head
        + "\n"
        + rule
        + Arrays.stream(Field.values())
            .filter(field -> field.inert() == inert && field.ofEdits() == ofEdits)
            .map(field -> inert ? inert(field) : row(field))
            .collect(joining("\n"));
  }

  private static String inert(Field field) {
    return "| `%s` | %s | %s |".formatted(field.wireName(), values(field.kind()), field.line());
  }

  private static String row(Field field) {
    return "| `%s` | %s | %s | %s |"
        .formatted(
            field.wireName(),
            values(field.kind()),
            field
                .fallback()
                .map(value -> value instanceof String text ? "`" + quoted(text) + "`" : value)
                .map(Object::toString)
                .orElse(field == Field.PROMPT ? "required" : ""),
            field.line());
  }

  private static String quoted(String text) {
    return text.isBlank() ? "\"" + text + "\"" : text;
  }

  private static String values(Kind kind) {
    return switch (kind) {
      case Kind.Text(int longest) when longest < Integer.MAX_VALUE ->
          String.format(Locale.ROOT, "up to %,d characters", longest);
      case Kind.Text _ -> "a text";
      case Kind.Word word -> word.words().stream().collect(joining("`, `", "`", "`"));
      case Kind.Whole(int low, int high) -> String.format(Locale.ROOT, "%,d to %,d", low, high);
      case Kind.Real real ->
          real.high().isPresent()
              ? real.open() ? "between 0 and 1" : "0 to 1"
              : real.low().isPresent() ? "0 or more" : "a number";
      case Kind.Flag flag -> flag.refusedBecause().isEmpty() ? "`true`, `false`" : "`false`";
      case Kind.Mapping _ -> "an object";
      case Kind.Own(Kind.Own.Form form) ->
          switch (form) {
            case SEEDS -> "a whole number of 0 or more, or a list of those";
            case FORECAST -> "an object, a share, `true`, `false`: [forecast](forecast.md)";
            case OBJECT_OR_TEXT -> "an object, or a text with its JSON: [cache](cache.md)";
            case ADAPTERS -> "a list of objects, 16 at most: [LoRA](lora.md)";
            case SCHEDULER -> "an object, or a text with its JSON: [LoRA](lora.md)";
            case PICTURES -> "a list of `{image_url}` or `{file_id}`, 1 to 16";
            case PICTURE -> "`{image_url}` or `{file_id}`";
          };
    };
  }
}
