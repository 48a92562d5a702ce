/// Latents to pixels.
@NullMarked
package io.inkstream.engine.vae;

import org.jspecify.annotations.NullMarked;
