/// Admit, order, run, cancel, report.
@NullMarked
package io.inkstream.server.jobs;

import org.jspecify.annotations.NullMarked;
