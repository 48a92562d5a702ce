/// Between the store of jobs and the queue that draws: accepts orders into the store, claims what
/// this server can draw, tells how far it is, and how it ended.
@NullMarked
package io.inkstream.server.claims;

import org.jspecify.annotations.NullMarked;
