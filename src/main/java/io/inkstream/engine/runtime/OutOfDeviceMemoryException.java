package io.inkstream.engine.runtime;

/// A device had not the memory that a run, or a tensor, wanted. What was given back meanwhile is
/// free again: a smaller picture may go well.
public final class OutOfDeviceMemoryException extends EngineException {
  private static final long serialVersionUID = 1;

  OutOfDeviceMemoryException(String message) {
    super(message);
  }
}
