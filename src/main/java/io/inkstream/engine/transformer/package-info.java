/// The MMDiT as a list of block subgraphs.
@NullMarked
package io.inkstream.engine.transformer;

import org.jspecify.annotations.NullMarked;
