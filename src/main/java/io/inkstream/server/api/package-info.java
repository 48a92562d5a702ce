/// The routes: requests into orders, jobs into answers. Translates; decides nothing.
@NullMarked
package io.inkstream.server.api;

import org.jspecify.annotations.NullMarked;
