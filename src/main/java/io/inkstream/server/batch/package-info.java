/// Batches: requests in a file, answered into another one, within a day.
@NullMarked
package io.inkstream.server.batch;

import org.jspecify.annotations.NullMarked;
