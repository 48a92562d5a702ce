/// What happens, counted for whoever watches the server.
@NullMarked
package io.inkstream.server.telemetry;

import org.jspecify.annotations.NullMarked;
