/// Requests that bring pictures: as forms, as JSON, by address; and the routes that take them.
@NullMarked
package io.inkstream.server.edits;

import org.jspecify.annotations.NullMarked;
