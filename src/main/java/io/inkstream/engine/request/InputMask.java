package io.inkstream.engine.request;

import io.inkstream.engine.image.Plane;

/// Where a picture is drawn anew: at white. It may be of any size and is brought to the picture's.
public interface InputMask {
  /// Pixels of it.
  long area();

  /// 255 is drawn anew, 0 stays; what lies between goes to the nearer of them. Asked for once a
  /// drawing, on the drawing thread.
  ///
  /// @throws InvalidRequestException if it cannot be had
  Plane plane();

  /// A mask that is in memory.
  static InputMask of(Plane plane) {
    return new InMemory(plane);
  }

  /// A mask that is in memory.
  record InMemory(Plane plane) implements InputMask {
    @Override
    public long area() {
      return plane.samples().length;
    }
  }
}
