/// Commands for a shell.
@NullMarked
package io.inkstream.cli;

import org.jspecify.annotations.NullMarked;
