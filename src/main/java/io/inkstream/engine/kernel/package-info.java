/// Operators of our own inside the graphs: what they compute, for the processor and for CUDA.
@NullMarked
package io.inkstream.engine.kernel;

import org.jspecify.annotations.NullMarked;
