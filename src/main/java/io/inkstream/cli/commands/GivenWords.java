package io.inkstream.cli.commands;

import io.inkstream.server.config.FlagFile;
import io.inkstream.server.config.SettingException;
import io.inkstream.server.config.Settings;
import io.inkstream.server.config.SglangFlag;
import io.inkstream.server.config.SglangFlags;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Model.CommandSpec;

/// What somebody wrote after a command that has settings, in the words of its options: names with
/// underscores, SGLang's flags, and the flags of a file that `--config` names, which words beat.
final class GivenWords {
  private final CommandSpec command;
  private final List<String> words = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();
  private final Set<String> named = new HashSet<>();

  private GivenWords(CommandSpec command) {
    this.command = command;
  }

  /// @throws SettingException if one of SGLang's flags, or a value of it, is refused
  static GivenWords of(CommandSpec command, List<String> given) {
    var all = new GivenWords(command);
    all.take(new ArrayDeque<>(given));
    all.file(given).ifPresent(all::take);
    return all;
  }

  List<String> words() {
    return List.copyOf(words);
  }

  /// A line for each that has no effect.
  List<String> warnings() {
    return List.copyOf(warnings);
  }

  private void take(Deque<String> left) {
    while (!left.isEmpty()) {
      String word = left.remove();
      if (word.equals("--")) {
        words.add(word);
        words.addAll(left);
        return;
      }
      if (word.startsWith("--")) {
        flag(word, left);
      } else {
        name(word);
        words.add(word);
      }
    }
  }

  private void flag(String word, Deque<String> left) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    String value = equals < 0 ? "" : word.substring(equals);
    String known = isOption(name) ? name : name.replace('_', '-');
    var sglang = isOption(known) ? Optional.<SglangFlag>empty() : foreign(known);
    name(known);
    if (sglang.isEmpty()) {
      words.add(isOption(known) ? known + value : word);
      return;
    }
    var values = equals < 0 ? values(sglang.get().takes(), left) : List.of(value.substring(1));
    translate(sglang.get(), known, values);
  }

  private void name(String word) {
    Optional.ofNullable(command.optionsMap().get(word))
        .ifPresentOrElse(option -> named.addAll(List.of(option.names())), () -> named.add(word));
  }

  private void translate(SglangFlag flag, String name, List<String> values) {
    words.addAll(flag.meaning(name, values));
    flag.warning(name).ifPresent(warnings::add);
  }

  private static List<String> values(SglangFlag.Takes takes, Deque<String> left) {
    List<String> values = new ArrayList<>();
    boolean some = takes == SglangFlag.Takes.SOME;
    while (!left.isEmpty() && (some || values.isEmpty()) && fits(takes, left.element())) {
      values.add(left.remove());
    }
    return values;
  }

  private static boolean fits(SglangFlag.Takes takes, String word) {
    return switch (takes) {
      case NONE -> false;
      case MAYBE -> word.equalsIgnoreCase("true") || word.equalsIgnoreCase("false");
      case ONE -> true;
      case SOME -> !word.startsWith("-");
    };
  }

  private boolean isOption(String name) {
    return command.optionsMap().containsKey(name);
  }

  private Optional<SglangFlag> foreign(String name) {
    return SglangFlags.find(name)
        .or(() -> command.name().equals("generate") ? FieldOptions.inert(name) : Optional.empty());
  }

  private Optional<FlagFile> file(List<String> given) {
    for (int i = 0; i < given.size(); i++) {
      String word = given.get(i);
      if (word.startsWith(SettingOptions.CONFIG + "=")) {
        return file(word.substring(SettingOptions.CONFIG.length() + 1));
      }
      if (word.equals(SettingOptions.CONFIG) && i + 1 < given.size()) {
        return file(given.get(i + 1));
      }
    }
    return Optional.empty();
  }

  private static Optional<FlagFile> file(String path) {
    return Optional.of(Path.of(path)).filter(FlagFile::is).map(FlagFile::read);
  }

  /// Settings stay in the file, where variables beat them.
  private void take(FlagFile file) {
    Set<String> settings = new HashSet<>();
    Settings.all().forEach(setting -> settings.addAll(setting.flags()));
    file.values().entrySet().stream()
        .filter(entry -> entry.getKey().startsWith("--"))
        .filter(entry -> !settings.contains(entry.getKey()) && !named.contains(entry.getKey()))
        .forEach(entry -> take(file, entry));
  }

  private void take(FlagFile file, Map.Entry<String, List<String>> entry) {
    String name = entry.getKey();
    if (isOption(name)) {
      entry.getValue().forEach(value -> words.add(name + "=" + value));
      return;
    }
    var flag =
        foreign(name)
            .orElseThrow(() -> UsageErrors.unknown(command.commandLine(), file.path(), name));
    translate(flag, name, entry.getValue());
  }
}
