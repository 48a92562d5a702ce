/// How every failure looks from outside.
@NullMarked
package io.inkstream.server.refusal;

import org.jspecify.annotations.NullMarked;
