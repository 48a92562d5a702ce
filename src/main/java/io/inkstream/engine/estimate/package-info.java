/// How much there is to draw, and what that takes.
@NullMarked
package io.inkstream.engine.estimate;

import org.jspecify.annotations.NullMarked;
