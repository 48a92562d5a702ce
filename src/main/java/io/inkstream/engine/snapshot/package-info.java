/// A model as its files say it: what it consists of, its configurations, tensors and graphs;
/// nothing is loaded.
@NullMarked
package io.inkstream.engine.snapshot;

import org.jspecify.annotations.NullMarked;
