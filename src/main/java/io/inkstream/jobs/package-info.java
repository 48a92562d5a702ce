/// Admit, order, run, cancel, report.
@NullMarked
package io.inkstream.jobs;

import org.jspecify.annotations.NullMarked;
