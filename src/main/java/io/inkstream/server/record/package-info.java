/// Small documents on disk, whole or absent, and which process looks after each.
@NullMarked
package io.inkstream.server.record;

import org.jspecify.annotations.NullMarked;
