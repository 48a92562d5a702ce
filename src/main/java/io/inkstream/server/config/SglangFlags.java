package io.inkstream.server.config;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The table of SGLang's flags that are none of Inkstream's own: each is accepted where it asks for
/// what happens, or refused with the reason. Those that Inkstream has are in [Settings] and among
/// the options of `generate`, and not here.
public final class SglangFlags {
  private static final List<SglangFlag> ALL =
      Stream.of(
              SglangCards.ROWS,
              SglangRunning.ROWS,
              SglangMemory.ROWS,
              SglangServing.ROWS,
              SglangDrawing.ROWS)
          .flatMap(List::stream)
          .flatMap(SglangRows::flags)
          .toList();

  // What SGLang makes of the name of any component of a model.
  private static final Pattern COMPONENT =
      Pattern.compile(
          "--([a-z0-9-]+?)-(weights-path|path|quantization|precision"
              + "|attention-backend|direct-gpu-weight-loading|quantization-ignored-layers)");

  private SglangFlags() {}

  /// All of them, without those that any component's name makes.
  public static List<SglangFlag> all() {
    return ALL;
  }

  /// The flag of this name.
  ///
  /// @param name with its dashes
  public static Optional<SglangFlag> find(String name) {
    return ALL.stream()
        .filter(flag -> flag.names().contains(name))
        .findFirst()
        .or(() -> ofComponent(name));
  }

  private static Optional<SglangFlag> ofComponent(String name) {
    Matcher matcher = COMPONENT.matcher(name);
    return matcher.matches() && SglangRunning.COMPONENTS.contains(matcher.group(1))
        ? SglangRunning.ofComponent(name.substring(2), matcher.group(2)).flags().findFirst()
        : Optional.empty();
  }
}
