package io.inkstream.server.jobs;

import io.inkstream.server.jobs.JobEvent.End;
import io.inkstream.server.jobs.JobEvent.Stamp;
import io.inkstream.server.jobs.JobEvent.StepMade;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/// Numbers the events of one job, tells them, and keeps them for who comes later: of steps only the
/// newest, and none after the end, so what is kept is bounded. Safe for any thread.
final class JobJournal {
  private static final Logger LOG = Logger.getLogger(JobJournal.class);

  private final JobTicket job;
  private final Consumer<JobEvent> watchers;
  private final long start;
  // Guarded by this, and told under it, so that nobody hears an event twice or out of turn.
  private final List<JobEvent> kept = new ArrayList<>();
  private final List<JobReader> readers = new ArrayList<>();
  private int last;

  /// @param watchers hear everything, before the readers
  JobJournal(JobTicket job, Consumer<JobEvent> watchers) {
    this.job = job;
    this.watchers = watchers;
    this.start = System.nanoTime() - job.waited().toNanos();
  }

  /// Since the job came.
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  synchronized void tell(Function<Stamp, JobEvent> happened) {
    JobEvent event = happened.apply(new Stamp(job, ++last, Instant.now(), age()));
    keep(event);
    tell(watchers, event);
    List.copyOf(readers).forEach(reader -> tell(reader, event));
    if (event instanceof End) {
      readers.clear();
    }
  }

  // Whoever cannot hear it must not keep the job from its end, or others from hearing of it.
  private static void tell(Consumer<JobEvent> listener, JobEvent event) {
    try {
      listener.accept(event);
    } catch (Throwable e) {
      LOG.errorf("job %s: an event was not heard: %s", event.stamp().job().id(), e);
    }
  }

  private void keep(JobEvent event) {
    if (event instanceof StepMade || event instanceof End) {
      kept.removeIf(StepMade.class::isInstance);
    }
    kept.add(event);
  }

  /// Tells what is kept, and from then on what happens.
  synchronized void subscribe(JobReader reader) {
    kept.forEach(reader);
    if (kept.isEmpty() || !(kept.getLast() instanceof End)) {
      readers.add(reader);
    }
  }

  /// Has the readers make their answers.
  ///
  /// @throws RuntimeException if one cannot
  void prepare(Drawn drawn) {
    readersNow().forEach(reader -> reader.prepare(drawn));
  }

  private synchronized List<JobReader> readersNow() {
    return List.copyOf(readers);
  }

  synchronized void unsubscribe(JobReader reader) {
    readers.remove(reader);
  }

  /// What readers want to see of a step.
  synchronized Set<View> views(int step, int steps) {
    Set<View> all = EnumSet.noneOf(View.class);
    readers.forEach(reader -> all.addAll(reader.views(step, steps)));
    return all;
  }
}
