package io.inkstream.server.jobstore;

import java.time.Duration;

/// How much there is to do, for all who draw.
///
/// @param waiting jobs that nobody has claimed
/// @param oldest how long the oldest of them has waited; zero if none waits
/// @param claimed jobs that somebody holds
public record Backlog(int waiting, Duration oldest, int claimed) {
  public static final Backlog NONE = new Backlog(0, Duration.ZERO, 0);
}
