/// The MMDiT as a list of block subgraphs.
@NullMarked
package io.inkstream.transformer;

import org.jspecify.annotations.NullMarked;
