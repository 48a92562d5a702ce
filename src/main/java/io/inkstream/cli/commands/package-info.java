/// Commands for a shell.
@NullMarked
package io.inkstream.cli.commands;

import org.jspecify.annotations.NullMarked;
