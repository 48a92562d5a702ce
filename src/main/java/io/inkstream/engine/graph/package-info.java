/// One graph: its operations, its layers with their weights, its ONNX bytes. The weights stay in
/// their files. Knows no network.
@NullMarked
package io.inkstream.engine.graph;

import org.jspecify.annotations.NullMarked;
