/// Jobs that outlive a connection, and a process: accepted, claimed by whoever draws, watched by
/// number. Knows nothing of pictures: an order and a result are texts to it.
@NullMarked
package io.inkstream.server.jobstore;

import org.jspecify.annotations.NullMarked;
