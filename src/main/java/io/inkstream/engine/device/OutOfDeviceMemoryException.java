package io.inkstream.engine.device;

import java.util.List;

/// A device had not the memory that a run, or a tensor, wanted. What was given back meanwhile is
/// free again: a smaller picture may go well.
public final class OutOfDeviceMemoryException extends EngineException {
  private static final long serialVersionUID = 1;

  // As ONNX Runtime's arenas say it, cuBLAS, CUDA and HIP, and MIGraphX.
  private static final List<String> WORDS =
      List.of(
          "Failed to allocate memory",
          "ALLOC_FAILED",
          "out of memory",
          "Memory not available to allocate buffer");

  OutOfDeviceMemoryException(String message) {
    super(message);
  }

  public OutOfDeviceMemoryException(EngineException cause) {
    super(String.valueOf(cause.getMessage()), cause);
  }

  /// Whether a failure of the library is one for want of memory.
  public static boolean isMeantBy(EngineException failure) {
    return WORDS.stream().anyMatch(String.valueOf(failure.getMessage())::contains);
  }
}
