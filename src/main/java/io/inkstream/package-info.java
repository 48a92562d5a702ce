/// Where the process begins, before any wing: `Application` finds out where it is installed and
/// runs a command.
@NullMarked
package io.inkstream;

import org.jspecify.annotations.NullMarked;
