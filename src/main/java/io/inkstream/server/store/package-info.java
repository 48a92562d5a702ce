/// Finished pictures on disk, for a while.
@NullMarked
package io.inkstream.server.store;

import org.jspecify.annotations.NullMarked;
