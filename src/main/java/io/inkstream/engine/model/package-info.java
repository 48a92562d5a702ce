/// Opens a snapshot: joins weights, adapters, graphs and runtime into a pipeline; plans what of it
/// lies on a device.
@NullMarked
package io.inkstream.engine.model;

import org.jspecify.annotations.NullMarked;
