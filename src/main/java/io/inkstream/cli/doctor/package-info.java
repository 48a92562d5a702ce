/// What `inkstream doctor` looks at: whether a server with these settings would start and draw, and
/// what to do if not.
@NullMarked
package io.inkstream.cli.doctor;

import org.jspecify.annotations.NullMarked;
