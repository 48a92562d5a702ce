/// Pixels to and from PNG, JPEG and WebP, with the settings that made a picture. Knows the JDK
/// alone.
@NullMarked
package io.inkstream.engine.image;

import org.jspecify.annotations.NullMarked;
