/// Pictures that requests bring along, on the disk until they have been drawn from.
@NullMarked
package io.inkstream.server.inputs;

import org.jspecify.annotations.NullMarked;
