/// Opens a snapshot: joins weights, graphs and runtime into a pipeline; says what it needs; exports
/// its graphs.
@NullMarked
package io.inkstream.model;

import org.jspecify.annotations.NullMarked;
