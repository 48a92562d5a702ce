/// Weights in fewer bits: which layers' are, in which format, and the file with them, made once.
@NullMarked
package io.inkstream.engine.quantization;

import org.jspecify.annotations.NullMarked;
