package io.inkstream.cli.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.core.util.Separators.Spacing;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.engine.description.ModelSummary;
import io.inkstream.engine.description.ModelSummary.Fact;
import io.inkstream.engine.description.ModelSummary.Section;

/// Facts as an aligned table or as JSON.
final class Report {
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private Report() {}

  /// A block for each section, its facts in two columns.
  static String table(ModelSummary summary) {
    var out = new StringBuilder();
    int width =
        summary.sections().stream()
            .flatMap(section -> section.facts().stream())
            .mapToInt(fact -> label(fact).length())
            .max()
            .orElse(0);
    for (Section section : summary.sections()) {
      out.append(out.isEmpty() ? "" : "\n").append(words(section.name())).append('\n');
      for (Fact fact : section.facts()) {
        String label = label(fact);
        out.append("  ").append(label).append(" ".repeat(width + 2 - label.length()));
        out.append(printable(fact.text())).append('\n');
      }
    }
    return out.toString().stripTrailing();
  }

  private static String label(Fact fact) {
    String key = fact.key();
    return words(key.endsWith("_bytes") ? key.substring(0, key.length() - 6) : key);
  }

  private static String words(String key) {
    return key.replace('_', ' ');
  }

  /// An object for each section, its values unrounded.
  static String json(ModelSummary summary) {
    ObjectNode all = JSON.createObjectNode();
    for (Section section : summary.sections()) {
      ObjectNode facts = all.putObject(section.name());
      section.facts().forEach(fact -> facts.set(fact.key(), JSON.valueToTree(fact.value())));
    }
    return pretty(all);
  }

  /// @throws JsonProcessingException if the text is not one JSON object
  static JsonNode parse(String text) throws JsonProcessingException {
    return JSON.readValue(text, ObjectNode.class);
  }

  /// @throws JsonProcessingException if the text is not one JSON value
  static JsonNode tree(String text) throws JsonProcessingException {
    return JSON.readTree(text);
  }

  static String pretty(JsonNode node) {
    var indenter = new DefaultIndenter("  ", "\n");
    var printer =
        new DefaultPrettyPrinter(
                Separators.createDefaultInstance().withObjectFieldValueSpacing(Spacing.AFTER))
            .withObjectIndenter(indenter);
    try {
      return printable(JSON.writer(printer).writeValueAsString(node));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Text out of a file, without what would steer the terminal.
  static String printable(String text) {
    return text.codePoints()
        .map(c -> steers(c) ? '\ufffd' : c)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  private static boolean steers(int c) {
    boolean layout = c == '\n' || c == '\t';
    boolean turns = (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    return !layout && (Character.isISOControl(c) || turns);
  }
}
