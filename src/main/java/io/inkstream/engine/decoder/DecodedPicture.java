package io.inkstream.engine.decoder;

import io.inkstream.engine.image.Pixels;
import io.inkstream.engine.image.Plane;
import java.util.Optional;

/// What a picture's file shows, upright.
///
/// @param pixels as PIL's `exif_transpose` and `convert("RGB")` give them: where it is transparent,
///   the colours that stand there all the same
/// @param alpha 0 where it is transparent; empty: its format has none there
public record DecodedPicture(Pixels pixels, Optional<Plane> alpha) {}
