/// What every route keeps to: connections, bodies, keys, refusals, answers in chunks. Knows no
/// route.
@NullMarked
package io.inkstream.server.http;

import org.jspecify.annotations.NullMarked;
