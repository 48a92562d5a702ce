package io.inkstream.server.config;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// An entry of the table while it is written down; [#help] ends it.
final class Entry<T> {
  private final String name;
  private final Kind<T> kind;
  private final Consumer<Setting<?>> table;
  private String property;
  private Optional<T> initial = Optional.empty();
  private String shown = "none";
  private boolean flag;
  private List<String> others = List.of();
  private Standing standing = new Standing.Honoured();

  Entry(String name, Kind<T> kind, Consumer<Setting<?>> table) {
    this.name = name;
    this.kind = kind;
    this.table = table;
    this.property = "inkstream." + name;
  }

  /// Its property, if that is another than `inkstream.` and its name.
  Entry<T> property(String other) {
    property = other;
    return this;
  }

  /// The value that it has if nobody gives one, written as people write it.
  Entry<T> initially(String text) {
    initial = Optional.of(kind.read(text));
    shown = text;
    return this;
  }

  /// What happens if nobody gives one.
  Entry<T> otherwise(String what) {
    shown = what;
    return this;
  }

  /// What happens if nobody gives one, and the value that means it.
  Entry<T> otherwise(String what, T value) {
    initial = Optional.of(value);
    return otherwise(what);
  }

  /// It has a flag, `--NAME`; `--no-NAME`, too, if it is true unless somebody says otherwise.
  ///
  /// @param more names that mean the same, without their dashes
  Entry<T> flag(String... more) {
    flag = true;
    others = List.of(more);
    return this;
  }

  Entry<T> standing(Standing other) {
    standing = other;
    return this;
  }

  /// @param text a line of what it is for, without its default; words of code between backquotes
  Setting<T> help(String text) {
    var setting = new Setting<>(name, property, flags(), kind, initial, shown, text, standing);
    table.accept(setting);
    return setting;
  }

  private List<String> flags() {
    if (!flag) {
      return List.of();
    }
    boolean on = kind instanceof Kind.Flag && initial.equals(Optional.of(true));
    var negated = on ? Stream.of(Setting.NEGATED + name) : Stream.<String>of();
    var names = Stream.concat(Stream.of(name), others.stream()).map(other -> "--" + other);
    return Stream.concat(negated, names).toList();
  }
}
