/// A device below ONNX Runtime: its driver, its memory and the pool in it, its stream, and C called
/// from Java.
@NullMarked
package io.inkstream.engine.device;

import org.jspecify.annotations.NullMarked;
