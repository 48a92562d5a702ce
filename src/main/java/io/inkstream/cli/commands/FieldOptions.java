package io.inkstream.cli.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.inkstream.server.config.SglangFlag;
import io.inkstream.server.config.SglangOutcome;
import io.inkstream.server.order.Field;
import io.inkstream.server.order.Kind;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// Options that are fields of a request and nothing else: name, type, range and help are those of
/// [Field], and what was given is a JSON object of them.
final class FieldOptions {
  /// Of an order's fields those with options elsewhere, and those whose words say what other
  /// options do.
  private static final Set<Field> OTHERWISE =
      EnumSet.of(
          Field.PROMPT,
          Field.N,
          Field.SEED,
          Field.FORECAST,
          Field.QUALITY,
          Field.OUTPUT_QUALITY,
          Field.LORA,
          Field.IMAGES,
          Field.MASK);

  private static final List<Field> REUSE = List.of(Field.ENABLE_CACHE_DIT, Field.CACHE_DIT_PARAMS);
  private static final List<Field> DRAWING =
      all().filter(field -> field.drawn() && !REUSE.contains(field)).toList();
  private static final List<Field> FILE = all().filter(field -> !field.drawn()).toList();

  private FieldOptions() {}

  /// Adds them to `generate`.
  static void addTo(CommandLine generate) {
    var spec = generate.getCommandSpec();
    spec.addArgGroup(group("%nHow to draw it:%n", 2, DRAWING));
    spec.addArgGroup(group("%nReuse between steps:%n", 3, REUSE));
    spec.addArgGroup(group("%nHow to write it:%n", 6, FILE));
  }

  /// What was given of them.
  static ObjectNode given(CommandSpec generate) {
    var parsed = generate.commandLine().getParseResult();
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    all()
        .forEach(
            field -> put(json, field, parsed.matchedOptionValue(option(field), (Object) null)));
    return json;
  }

  /// A field without effect as the flag that it is of SGLang's `generate`.
  ///
  /// @param flag with its dashes
  static Optional<SglangFlag> inert(String flag) {
    return Field.named(flag.substring(2).replace('-', '_'))
        .filter(Field::inert)
        .map(field -> new SglangFlag(List.of(flag), takes(field.kind()), outcome(field)));
  }

  private static SglangFlag.Takes takes(Kind kind) {
    return kind instanceof Kind.Flag ? SglangFlag.Takes.MAYBE : SglangFlag.Takes.ONE;
  }

  private static SglangOutcome outcome(Field field) {
    String why = field.line().substring(0, 1).toLowerCase(Locale.ROOT) + field.line().substring(1);
    String reason = why.replace("`", "").replaceFirst("\\.$", "");
    return switch (field.kind()) {
      case Kind.Word word -> new SglangOutcome.Happens(lower(word.words()), reason);
      case Kind.Flag(String off) when !off.isEmpty() ->
          new SglangOutcome.Happens(List.of("false"), reason);
      case Kind.Whole(int low, int high) when low == high ->
          new SglangOutcome.Happens(List.of(String.valueOf(low)), reason);
      case Kind.Flag _, Kind.Whole _, Kind.Real _, Kind.Text _, Kind.Mapping _, Kind.Own _ ->
          new SglangOutcome.Idle(reason);
    };
  }

  private static List<String> lower(List<String> words) {
    return words.stream().map(word -> word.toLowerCase(Locale.ROOT)).toList();
  }

  private static Stream<Field> all() {
    return Arrays.stream(Field.values())
        .filter(field -> field.ordered() && !OTHERWISE.contains(field));
  }

  private static void put(ObjectNode json, Field field, Object value) {
    String name = field.wireName();
    switch (value) {
      case null -> {}
      case Integer number -> json.put(name, number);
      case Double number -> json.put(name, number);
      case Boolean flag -> json.put(name, flag);
      case Object word when field.kind() instanceof Kind.Word ->
          json.put(name, word.toString().toLowerCase(Locale.ROOT));
      default -> json.put(name, value.toString());
    }
  }

  private static ArgGroupSpec group(String heading, int order, List<Field> fields) {
    var group = ArgGroupSpec.builder().heading(heading).order(order).validate(false);
    fields.forEach(field -> group.addArg(spec(field)));
    return group.build();
  }

  private static OptionSpec spec(Field field) {
    var spec =
        OptionSpec.builder(option(field))
            .paramLabel(label(field.kind()))
            .description(help(field))
            .type(type(field.kind()));
    return field.kind() instanceof Kind.Flag
        ? spec.arity("0..1").fallbackValue("true").build()
        : spec.arity("1").build();
  }

  private static String option(Field field) {
    return "--" + field.wireName().replace('_', '-');
  }

  private static Class<?> type(Kind kind) {
    return switch (kind) {
      case Kind.Whole _ -> Integer.class;
      case Kind.Real _ -> Double.class;
      case Kind.Flag _ -> Boolean.class;
      case Kind.Text _, Kind.Word _, Kind.Mapping _, Kind.Own _ -> String.class;
    };
  }

  private static String label(Kind kind) {
    return switch (kind) {
      case Kind.Whole _ -> "N";
      case Kind.Real _ -> "NUMBER";
      case Kind.Flag _ -> "true|false";
      case Kind.Word _ -> "NAME";
      case Kind.Text _ -> "TEXT";
      case Kind.Mapping _, Kind.Own _ -> "JSON";
    };
  }

  private static String help(Field field) {
    String line = field.line().replace("`", "") + " " + field.kind().range();
    return field
        .fallback()
        .map(value -> value.equals(" ") ? "a single space" : value.toString())
        .map(value -> line.strip() + " Default: " + value + ".")
        .orElse(line.strip());
  }
}
