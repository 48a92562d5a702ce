/// What a person at a shell sees of a drawing, while it is made and afterwards.
@NullMarked
package io.inkstream.cli.progress;

import org.jspecify.annotations.NullMarked;
