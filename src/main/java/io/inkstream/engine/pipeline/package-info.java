/// The denoising loop, readable from top to bottom.
@NullMarked
package io.inkstream.engine.pipeline;

import org.jspecify.annotations.NullMarked;
