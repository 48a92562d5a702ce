package io.inkstream.cli.commands;

import io.inkstream.server.order.Field;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// What a command calls the fields that refusals name as the wire does.
record OptionNames(CommandSpec command) {
  // Those that are no words of a sentence; never a part of a file's name.
  private static final Pattern FIELDS =
      Pattern.compile(
          Stream.of(Field.values())
              .map(Field::wireName)
              .filter(name -> name.contains("_"))
              .collect(Collectors.joining("|", "(?<= )(?:", ")(?=[ ,:]|$)")));

  /// A refusal by the names of this command's options.
  ///
  /// @param parameter that is refused; the message may begin with it
  String in(String message, String parameter) {
    String option = of(parameter).orElse("--" + dashed(parameter));
    String said =
        message.startsWith(parameter + " ")
            ? option + message.substring(parameter.length())
            : option + ": " + message;
    return FIELDS
        .matcher(said)
        .replaceAll(found -> Matcher.quoteReplacement(of(found.group()).orElse(found.group())));
  }

  /// A field's option is called as the field, or by the files that it takes: `image` is
  /// `--image-path`.
  private Optional<String> of(String field) {
    String dashed = dashed(field);
    return Stream.of(dashed, dashed + "-path", dashed.replaceFirst("s$", "") + "-path")
        .flatMap(
            name -> Stream.ofNullable(command.findOption(name)).map(found -> named(found, name)))
        .findFirst();
  }

  /// As it was looked for, or, of a letter, in full.
  private static String named(OptionSpec option, String name) {
    return name.length() == 1 ? option.longestName() : "--" + name;
  }

  private static String dashed(String field) {
    return field.replace('_', '-');
  }
}
