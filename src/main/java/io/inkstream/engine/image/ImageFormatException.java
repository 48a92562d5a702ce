package io.inkstream.engine.image;

/// An image file is damaged; the message says in one line what is wrong with it.
public final class ImageFormatException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public ImageFormatException(String message) {
    super(message);
  }

  public ImageFormatException(String message, Throwable cause) {
    super(message, cause);
  }
}
