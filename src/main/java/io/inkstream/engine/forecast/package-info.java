/// Which steps to compute, and how to extend the velocity over the others: arithmetic, no model.
@NullMarked
package io.inkstream.engine.forecast;

import org.jspecify.annotations.NullMarked;
