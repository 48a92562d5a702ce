/// The HTTP wire. Translates; decides nothing.
@NullMarked
package io.inkstream.api;

import org.jspecify.annotations.NullMarked;
