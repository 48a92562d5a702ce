/// Latents to pixels.
@NullMarked
package io.inkstream.vae;

import org.jspecify.annotations.NullMarked;
