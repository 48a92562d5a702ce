/// The denoising loop, readable from top to bottom.
@NullMarked
package io.inkstream.pipeline;

import org.jspecify.annotations.NullMarked;
