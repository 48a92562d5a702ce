/// The HTTP wire. Translates; decides nothing.
@NullMarked
package io.inkstream.server.api;

import org.jspecify.annotations.NullMarked;
