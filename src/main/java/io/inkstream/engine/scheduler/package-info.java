/// The noise scheduler: sigmas, time steps and one Euler step. Knows no model.
@NullMarked
package io.inkstream.engine.scheduler;

import org.jspecify.annotations.NullMarked;
