package io.inkstream.server.order;

import io.inkstream.engine.decoder.DecodedPicture;
import io.inkstream.engine.decoder.PictureFile;
import io.inkstream.engine.image.ImageFormatException;
import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.request.InputPicture;
import io.inkstream.engine.request.InvalidRequestException;
import java.io.IOException;

/// A picture of an order whose file is decoded when it is drawn from, so that none is held while it
/// waits.
public record KeptPicture(InputReference reference, PictureFile file) implements InputPicture {
  /// One that nobody keeps under an id.
  public static KeptPicture of(PictureFile file) {
    return new KeptPicture(InputReference.of(file.path().getFileName().toString(), file), file);
  }

  static KeptPicture of(InputReference reference, InputLibrary library) {
    return new KeptPicture(reference, reference.file(library));
  }

  @Override
  public int width() {
    return file.width();
  }

  @Override
  public int height() {
    return file.height();
  }

  @Override
  public Pixels pixels() {
    return decode(file, "image").pixels();
  }

  @Override
  public Pixels withAlpha() {
    var decoded = decode(file, "image");
    return new Pixels(width(), height(), decoded.pixels().rgb(), decoded.alpha());
  }

  static DecodedPicture decode(PictureFile file, String parameter) {
    try {
      return file.decode();
    } catch (ImageFormatException | IOException e) {
      throw new InvalidRequestException(
          parameter, "%s cannot be read any more: %s".formatted(parameter, e.getMessage()));
    }
  }
}
