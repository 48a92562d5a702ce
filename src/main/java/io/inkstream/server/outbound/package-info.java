/// Requests to addresses that others name: which of them may be asked, and that nobody else is.
@NullMarked
package io.inkstream.server.outbound;

import org.jspecify.annotations.NullMarked;
