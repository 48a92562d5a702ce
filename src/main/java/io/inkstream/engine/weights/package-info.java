/// A snapshot as it lies on disk: its JSON files, its safetensors headers, the Hub cache. Reads no
/// weights into memory.
@NullMarked
package io.inkstream.engine.weights;

import org.jspecify.annotations.NullMarked;
