package io.inkstream.server.api;

import io.inkstream.engine.runtime.CancelledException;
import io.inkstream.server.http.Chunks;
import io.inkstream.server.http.StreamOutbox;
import io.inkstream.server.jobs.Drawn;
import io.inkstream.server.jobs.JobEvent;
import io.inkstream.server.jobs.JobEvent.Cancelled;
import io.inkstream.server.jobs.JobEvent.Completed;
import io.inkstream.server.jobs.JobEvent.Failed;
import io.inkstream.server.jobs.JobEvent.Queued;
import io.inkstream.server.jobs.JobEvent.Rejected;
import io.inkstream.server.jobs.JobEvent.StageBegan;
import io.inkstream.server.jobs.JobEvent.StageEnded;
import io.inkstream.server.jobs.JobEvent.Started;
import io.inkstream.server.jobs.JobEvent.StepMade;
import io.inkstream.server.jobs.JobReader;
import io.inkstream.server.jobs.View;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// One request's answer as JSON: made before its job ends, so that it is the job's failure if it
/// cannot be, and written chunk by chunk as its client takes them.
final class JsonAnswer implements JobReader {
  private final Function<Drawn, Chunks> writer;
  private final StreamOutbox outbox;
  private Optional<Chunks> answer = Optional.empty();

  JsonAnswer(Function<Drawn, Chunks> writer, StreamOutbox outbox) {
    this.writer = writer;
    this.outbox = outbox;
  }

  @Override
  public void prepare(Drawn drawn) {
    answer = Optional.of(writer.apply(drawn));
  }

  @Override
  public void accept(JobEvent event) {
    switch (event) {
      case Completed _ -> send(answer.orElseThrow());
      case Failed failed -> outbox.fail(failed.cause());
      case Cancelled _ -> outbox.fail(new CancelledException());
      case Queued _, Started _, StageBegan _, StageEnded _, StepMade _, Rejected _ -> {}
    }
  }

  private void send(Chunks chunks) {
    try {
      outbox.send(() -> chunks);
      outbox.end();
    } catch (Throwable e) { // one answer, whatever happens
      outbox.fail(e);
    }
  }

  @Override
  public Set<View> views(int step, int steps) {
    return Set.of();
  }
}
