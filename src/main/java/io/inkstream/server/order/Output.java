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
    return ImageEncoder.of(format, setting);
  }
}
