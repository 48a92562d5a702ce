package io.inkstream.server.order;

import java.util.Arrays;
import java.util.Locale;

/// What in a mask's file says where to draw anew.
public enum MaskMode {
  /// As [#ALPHA] if the file has an alpha channel, else as [#WHITE].
  AUTO,
  /// Where it is transparent, as OpenAI has it.
  ALPHA,
  /// Where it is white, as diffusers has it.
  WHITE;

  /// `auto`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String[] words() {
    return Arrays.stream(values()).map(MaskMode::toString).toArray(String[]::new);
  }

  static MaskMode named(String word) {
    return valueOf(word.toUpperCase(Locale.ROOT));
  }
}
