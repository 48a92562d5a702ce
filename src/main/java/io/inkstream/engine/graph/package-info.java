/// From a config and a list of tensors to ONNX bytes. The weights stay in their files.
@NullMarked
package io.inkstream.engine.graph;

import org.jspecify.annotations.NullMarked;
