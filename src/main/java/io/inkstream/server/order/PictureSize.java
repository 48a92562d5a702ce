package io.inkstream.server.order;

import java.util.regex.Pattern;

/// A picture's size as people write it.
public record PictureSize(int width, int height) {
  private static final Pattern FORM = Pattern.compile("([1-9][0-9]{0,4})[xX]([1-9][0-9]{0,4})");

  /// Reads `WIDTHxHEIGHT`.
  ///
  /// @throws IllegalArgumentException if the text has another form
  public static PictureSize parse(String text) {
    var matcher = FORM.matcher(text.strip());
    if (!matcher.matches()) {
      throw new IllegalArgumentException(
          "size is '" + text + "', must be WIDTHxHEIGHT such as 1024x1024, or auto");
    }
    return new PictureSize(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
