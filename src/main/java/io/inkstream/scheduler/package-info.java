/// The noise scheduler: sigmas, time steps and one Euler step. Knows no model.
@NullMarked
package io.inkstream.scheduler;

import org.jspecify.annotations.NullMarked;
