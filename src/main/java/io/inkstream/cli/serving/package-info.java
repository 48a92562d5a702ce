/// Measures a server by its wire, Inkstream's or SGLang's: what is asked, how many at once, how
/// long each answer took. Knows nothing of the server but its routes.
@NullMarked
package io.inkstream.cli.serving;

import org.jspecify.annotations.NullMarked;
