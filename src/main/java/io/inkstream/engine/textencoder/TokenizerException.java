package io.inkstream.engine.textencoder;

/// A tokenizer's files cannot be used. The message is one line: the file, and what is wrong in it.
public final class TokenizerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TokenizerException(String message) {
    super(message);
  }

  TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
