/// Several cards with the whole model each, as one that draws: who draws what, and who is left.
@NullMarked
package io.inkstream.server.replicas;

import org.jspecify.annotations.NullMarked;
