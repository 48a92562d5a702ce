/// Every setting, named and checked at start-up.
@NullMarked
package io.inkstream.server.config;

import org.jspecify.annotations.NullMarked;
