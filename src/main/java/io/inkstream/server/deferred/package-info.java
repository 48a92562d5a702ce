/// The routes of what outlives a connection: jobs, files, batches.
@NullMarked
package io.inkstream.server.deferred;

import org.jspecify.annotations.NullMarked;
