/// The page on which one draws and watches: its files, and what it asks of the server before it
/// shows anything.
@NullMarked
package io.inkstream.server.studio;

import org.jspecify.annotations.NullMarked;
