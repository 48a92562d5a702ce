/// What is asked for, and the pictures that answer it.
@NullMarked
package io.inkstream.engine.request;

import org.jspecify.annotations.NullMarked;
