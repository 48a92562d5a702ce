package io.inkstream.server.config;

import io.inkstream.server.jobstore.StoreKind;
import io.inkstream.server.jobstore.StoreRules.AfterRestart;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Where jobs are kept that outlive a connection, and for how long.
final class JobEntries {
  static final Group GROUP = new Group("Jobs that are kept");

  static final Setting<StoreKind> JOB_STORE =
      GROUP
          .entry("job-store", Kind.Choice.of(List.of(StoreKind.values())))
          .initially("disk")
          .flag()
          .help(
              "`disk`: jobs outlive the server; `memory`: they end with it; `redis`: servers share"
                  + " them in the one that `QUARKUS_REDIS_HOSTS` names.");

  static final Setting<Path> JOB_STORE_PATH =
      GROUP
          .entry("job-store-path", Kind.Place.FILE)
          .otherwise("`jobs.db` in `--output-path`; `jobs-PORT.db` where that is not given")
          .flag()
          .help("The file of `disk`, which one server has for itself.");

  static final Setting<String> REDIS_HOSTS =
      GROUP
          .entry("redis-hosts", new Kind.Text())
          .property("quarkus.redis.hosts")
          .otherwise("none")
          .flag()
          .help("The Redis of `redis`, such as `redis://host:6379`.");

  static final Setting<String> JOB_STORE_PREFIX =
      GROUP
          .entry("job-store-prefix", new Kind.Text())
          .initially("inkstream")
          .flag()
          .help("What keys of `redis` begin with: servers with the same one share their jobs.");

  static final Setting<String> JOB_MESSAGES =
      GROUP
          .entry("job-messages", new Kind.Text())
          .otherwise("none are taken")
          .flag()
          .help(
              "The sorted set of `redis` into which a router puts work in llm-d-async's form, such"
                  + " as its own `request-sortedset`.");

  static final Setting<String> JOB_MESSAGES_RESULTS =
      GROUP
          .entry("job-messages-results", new Kind.Text())
          .initially("result-list")
          .flag()
          .help("The list into which the results go of messages that name none.");

  static final Setting<Duration> JOB_LEASE =
      GROUP
          .entry("job-lease", new Kind.Time())
          .initially("20s")
          .flag()
          .help("After how long the jobs of a server that is gone are another's, with `redis`.");

  static final Setting<Long> JOB_STORE_MAX_PICTURE =
      GROUP
          .entry("job-store-max-picture", new Kind.Size())
          .initially("8M")
          .flag()
          .help(
              "Pictures up to this are in `redis`, too, where every server finds them; 0: none, as"
                  + " where all have one `--output-path`.");

  static final Setting<Integer> MAX_QUEUED_JOBS =
      GROUP
          .entry("max-queued-jobs", new Kind.Whole(1, 1_000_000))
          .initially("10000")
          .flag()
          .help("Jobs that may wait; more are answered 429 with `retry-after`.");

  static final Setting<Duration> JOB_MAX_AGE =
      GROUP
          .entry("job-max-age", new Kind.Time())
          .initially("24h")
          .flag()
          .help("How long a job is kept when it has ended, such as `30m` or `7d`.");

  static final Setting<Long> JOB_STORE_MAX_SIZE =
      GROUP
          .entry("job-store-max-size", new Kind.Size())
          .initially("256M")
          .flag()
          .help("All jobs together, without their pictures; the oldest that have ended go first.");

  static final Setting<Integer> JOB_TRIES =
      GROUP
          .entry("job-tries", new Kind.Whole(1, 100))
          .initially("3")
          .flag()
          .help("How often a job is begun that fails by no fault of its own, 1 to 100.");

  static final Setting<AfterRestart> JOBS_AFTER_RESTART =
      GROUP
          .entry("jobs-after-restart", Kind.Choice.of(List.of(AfterRestart.values())))
          .initially("redraw")
          .flag()
          .help("What was drawn when the server ended: `redraw`, or end as `interrupted`.");

  private JobEntries() {}
}
