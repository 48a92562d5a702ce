/// Qwen-Image's networks as graphs: transformers, text encoders, their eyes, VAEs.
@NullMarked
package io.inkstream.engine.network;

import org.jspecify.annotations.NullMarked;
