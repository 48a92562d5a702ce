package io.inkstream.engine.request;

import java.util.Locale;

/// What a model can be asked to do.
public enum Task {
  /// Words alone.
  TEXT_TO_IMAGE,
  /// A picture drawn anew by `strength`.
  IMAGE_TO_IMAGE,
  /// A picture drawn anew where a mask is white.
  INPAINTING,
  /// Pictures changed as the prompt says.
  IMAGE_EDIT;

  /// `text-to-image`.
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
