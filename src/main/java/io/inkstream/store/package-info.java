/// Finished pictures on disk, for a while.
@NullMarked
package io.inkstream.store;

import org.jspecify.annotations.NullMarked;
