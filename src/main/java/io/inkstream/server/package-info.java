/// Assembly and life cycle of the server: one model, one queue.
@NullMarked
package io.inkstream.server;

import org.jspecify.annotations.NullMarked;
