/// Tells others of what has happened: signed requests to addresses that may be asked, until they
/// are answered.
@NullMarked
package io.inkstream.server.webhook;

import org.jspecify.annotations.NullMarked;
