/// Other people's pictures: PNG, JPEG and WebP files, decoded where they can do no harm.
@NullMarked
package io.inkstream.engine.decoder;

import org.jspecify.annotations.NullMarked;
