package io.inkstream.server.telemetry;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;
import org.jspecify.annotations.Nullable;

/// Flight Recorder's `io.inkstream.Job`: a job from its admission to its end.
@Name("io.inkstream.Job")
@Label("Image Job")
@Category("Inkstream")
@StackTrace(false)
final class JobRecord extends Event {
  @Label("Job")
  @Nullable String job;

  @Label("Kind")
  @Nullable String kind;

  @Label("Steps")
  int steps;

  @Label("Pictures")
  int pictures;

  @Label("Width")
  int width;

  @Label("Height")
  int height;

  @Label("Time in Queue")
  @Timespan
  long queued;

  @Label("Status")
  @Nullable String status;
}
