package io.inkstream.server.order;

import io.inkstream.engine.decoder.DecodedPicture;
import io.inkstream.engine.decoder.PictureFile;
import io.inkstream.engine.image.Plane;
import io.inkstream.engine.request.InputMask;

/// A mask of an order, likewise.
public record KeptMask(InputReference reference, PictureFile file, MaskMode mode)
    implements InputMask {
  /// @throws io.inkstream.engine.request.InvalidRequestException if the mode is alpha and the file
  ///   has none
  public KeptMask {
    if (mode == MaskMode.ALPHA && !file.alpha()) {
      throw Field.MASK.refused(
          "a picture without an alpha channel", "one with it, or mask_mode white");
    }
  }

  /// One that nobody keeps under an id.
  public static KeptMask of(PictureFile file, MaskMode mode) {
    String name = file.path().getFileName().toString();
    return new KeptMask(InputReference.of(name, file), file, mode);
  }

  static KeptMask of(InputReference reference, MaskMode mode, InputLibrary library) {
    return new KeptMask(reference, reference.file(library), mode);
  }

  @Override
  public long area() {
    return (long) file.width() * file.height();
  }

  @Override
  public Plane plane() {
    DecodedPicture picture = KeptPicture.decode(file, "mask");
    boolean white = mode == MaskMode.WHITE || picture.alpha().isEmpty();
    return white ? Plane.luminance(picture.pixels()) : picture.alpha().orElseThrow().whereZero();
  }
}
