package io.inkstream.runtime;

import io.inkstream.tensor.DType;
import io.inkstream.tensor.Shape;
import java.nio.file.Path;

/// Where a weight lies on disk, for those that the runtime itself brings to the device.
///
/// @param offset of its first byte in the file
/// @param bytes its length
public record WeightSource(Path file, long offset, long bytes, DType type, Shape shape) {}
