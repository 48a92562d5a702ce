/// Every setting, named and checked at start-up.
@NullMarked
package io.inkstream.config;

import org.jspecify.annotations.NullMarked;
