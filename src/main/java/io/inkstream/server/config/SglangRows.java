package io.inkstream.server.config;

import io.inkstream.server.config.SglangFlag.Takes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Rows of the table of SGLang's flags that come to one end for one reason, while they are written
/// down.
final class SglangRows {
  private final SglangOutcome outcome;
  private final List<SglangFlag> flags = new ArrayList<>();

  private SglangRows(SglangOutcome outcome) {
    this.outcome = outcome;
  }

  static SglangRows refused(String why) {
    return new SglangRows(new SglangOutcome.Refused(why));
  }

  static SglangRows idle(String why) {
    return new SglangRows(new SglangOutcome.Idle(why));
  }

  static SglangRows happens(String why, String... values) {
    return new SglangRows(new SglangOutcome.Happens(List.of(values), why));
  }

  /// @param words a pattern of the value and what it means in turn
  static SglangRows means(String why, String... words) {
    Map<String, String> meanings = new LinkedHashMap<>();
    for (int i = 0; i < words.length; i += 2) {
      meanings.put(words[i], words[i + 1]);
    }
    return new SglangRows(new SglangOutcome.Means(meanings, why));
  }

  /// Flags that take no value.
  SglangRows none(String... names) {
    return add(Takes.NONE, names);
  }

  /// Flags that may take `true` or `false`.
  SglangRows maybe(String... names) {
    return add(Takes.MAYBE, names);
  }

  /// Flags that take a value.
  SglangRows one(String... names) {
    return add(Takes.ONE, names);
  }

  /// Flags that take values.
  SglangRows some(String... names) {
    return add(Takes.SOME, names);
  }

  /// @param names of a flag each, and its other names after bars
  private SglangRows add(Takes takes, String... names) {
    for (String name : names) {
      var all = Stream.of(name.split("\\|")).map(one -> "--" + one).toList();
      flags.add(new SglangFlag(all, takes, outcome));
    }
    return this;
  }

  Stream<SglangFlag> flags() {
    return flags.stream();
  }
}
