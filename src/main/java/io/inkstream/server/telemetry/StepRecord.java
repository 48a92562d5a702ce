package io.inkstream.server.telemetry;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// Flight Recorder's `io.inkstream.Step`: a step of denoising.
@Name("io.inkstream.Step")
@Label("Denoising Step")
@Category("Inkstream")
@StackTrace(false)
final class StepRecord extends Event {
  @Label("Job")
  @Nullable String job;

  @Label("Step")
  int step;

  @Label("Steps")
  int steps;

  @Label("Cache Decisions")
  @Nullable String cache;

  @Label("Forecast Decision")
  @Nullable String forecast;
}
