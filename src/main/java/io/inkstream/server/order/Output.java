package io.inkstream.server.order;

import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.engine.image.ImageFormat;
import java.util.OptionalInt;

/// As what pictures are written.
///
/// @param compression 0 to 100 in SGLang's sense; empty: the format's own default
public record Output(ImageFormat format, OptionalInt compression) {
  public ImageEncoder encoder() {
    OptionalInt setting =
        compression.isPresent()
            ? OptionalInt.of(format.setting(compression.getAsInt()))
            : OptionalInt.empty();
    return format.encoder(setting);
  }

  Output with(ImageFormat other) {
    return new Output(other, compression);
  }

  Output with(int other) {
    return new Output(format, OptionalInt.of(other));
  }

  /// SGLang's `output_quality`.
  Output ofQuality(String word) {
    return switch (word) {
      case "maximum" -> with(100);
      case "high" -> with(90);
      case "medium" -> with(55);
      case "low" -> with(35);
      default -> this;
    };
  }
}
