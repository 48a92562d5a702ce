package io.inkstream.server.telemetry;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import org.jspecify.annotations.Nullable;

/// Flight Recorder's `io.inkstream.Stage`: a stage of a job.
@Name("io.inkstream.Stage")
@Label("Job Stage")
@Category("Inkstream")
@StackTrace(false)
final class StageRecord extends Event {
  @Label("Job")
  @Nullable String job;

  @Label("Stage")
  @Nullable String stage;
}
