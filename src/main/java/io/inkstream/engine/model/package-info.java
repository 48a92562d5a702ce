/// Opens a snapshot: joins weights, graphs and runtime into a pipeline; says what it needs; exports
/// its graphs.
@NullMarked
package io.inkstream.engine.model;

import org.jspecify.annotations.NullMarked;
