package io.inkstream.server.order;

import io.inkstream.engine.image.ImageEncoder;
import io.inkstream.engine.image.ImageFormat;
import io.inkstream.engine.image.OnWhite;
import java.util.OptionalInt;

/// As what pictures are written.
///
/// @param compression 0 to 100 in SGLang's sense; empty: the format's own default
/// @param opaque whether pictures are shown on white where a model draws them transparent
public record Output(ImageFormat format, OptionalInt compression, boolean opaque) {
  static final String TRANSPARENT = "transparent";
  static final String OPAQUE = "opaque";

  /// As the model draws and the format keeps.
  public Output(ImageFormat format, OptionalInt compression) {
    this(format, compression, false);
  }

  public ImageEncoder encoder() {
    OptionalInt setting =
        compression.isPresent()
            ? OptionalInt.of(format.setting(compression.getAsInt()))
            : OptionalInt.empty();
    ImageEncoder encoder = format.encoder(setting);
    return opaque ? new OnWhite(encoder) : encoder;
  }

  Output with(ImageFormat other) {
    return new Output(other, compression, opaque);
  }

  Output with(int other) {
    return new Output(format, OptionalInt.of(other), opaque);
  }

  /// OpenAI's `background`.
  Output on(String background) {
    return new Output(format, compression, background.equals(OPAQUE));
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
