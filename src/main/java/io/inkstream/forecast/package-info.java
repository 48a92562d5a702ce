/// Which steps to compute, and how to extend the velocity over the others: arithmetic, no model.
@NullMarked
package io.inkstream.forecast;

import org.jspecify.annotations.NullMarked;
