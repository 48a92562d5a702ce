/// The only room that knows ONNX Runtime: environment, sessions, cancellation, native memory.
@NullMarked
package io.inkstream.engine.runtime;

import org.jspecify.annotations.NullMarked;
