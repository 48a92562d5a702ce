package io.inkstream.cli.bench;

import io.inkstream.engine.device.Parallelism;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A way to use several cards, as a measurement names it: `dp2`, `cfg`, `ulysses4`, `layers2`, or
/// several of them: `cfg+ulysses2`.
public record CardLayout(String name, Parallelism parallelism) {
  private static final Pattern WORD = Pattern.compile("(cfg)|(?:(dp|ulysses|layers)([1-9][0-9]?))");

  /// @throws IllegalArgumentException if it is none
  public static CardLayout of(String name) {
    var parallelism = Parallelism.NONE;
    for (String word : name.split("\\+")) {
      parallelism = with(parallelism, word, name);
    }
    return new CardLayout(name, parallelism);
  }

  private static Parallelism with(Parallelism all, String word, String name) {
    Matcher is = WORD.matcher(word);
    if (!is.matches()) {
      throw new IllegalArgumentException(
          "layout is '%s', must be dpN, cfg, ulyssesN, layersN, or some of them joined by +"
              .formatted(name));
    }
    if (is.group(1) != null) {
      return new Parallelism(all.replicas(), 2, all.slices(), all.stages());
    }
    int cards = Integer.parseInt(is.group(3));
    return switch (is.group(2)) {
      case "dp" -> new Parallelism(cards, all.branches(), all.slices(), all.stages());
      case "ulysses" -> new Parallelism(all.replicas(), all.branches(), cards, all.stages());
      default -> new Parallelism(all.replicas(), all.branches(), all.slices(), cards);
    };
  }

  /// What is worth measuring on so many cards.
  public static List<CardLayout> of(int cards) {
    List<String> names = new ArrayList<>();
    if (cards >= 2) {
      names.addAll(List.of("dp2", "cfg", "ulysses2", "layers2"));
    }
    if (cards >= 4) {
      names.addAll(List.of("dp4", "ulysses4", "cfg+ulysses2"));
    }
    return names.stream().map(CardLayout::of).toList();
  }
}
