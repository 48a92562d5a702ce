package io.inkstream.engine.request;

import io.inkstream.engine.image.Pixels;

/// A picture that a request brings along. Its size is known when the request is admitted; its
/// pixels need not be in memory before it is drawn.
public interface InputPicture {
  int width();

  int height();

  /// Its pixels, of that size, opaque: where it is transparent, the colours that stand there all
  /// the same. Asked for once a drawing, on the drawing thread.
  ///
  /// @throws InvalidRequestException if they cannot be had
  Pixels pixels();

  /// The same with its transparency, where it has some.
  ///
  /// @throws InvalidRequestException if they cannot be had
  Pixels withAlpha();

  /// A picture that is in memory.
  static InputPicture of(Pixels pixels) {
    return new InMemory(pixels);
  }

  /// A picture that is in memory.
  record InMemory(Pixels withAlpha) implements InputPicture {
    @Override
    public int width() {
      return withAlpha.width();
    }

    @Override
    public int height() {
      return withAlpha.height();
    }

    @Override
    public Pixels pixels() {
      return withAlpha.opaque();
    }
  }
}
