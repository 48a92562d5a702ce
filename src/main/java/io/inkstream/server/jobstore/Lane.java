package io.inkstream.server.jobstore;

/// Waiting jobs of about the same work stand in one lane, in order of arrival: whichever rule says
/// who is next by work and waiting, the next of a lane is its first. So a claim looks at the first
/// of each lane, some dozens, however many wait.
public final class Lane {
  // A lane's jobs are at most a fifth longer or shorter than its middle.
  private static final double LANES_TO_DOUBLE = 2;

  /// Lanes from here on are of those who wait behind all others.
  static final int BEHIND = 1000;

  private Lane() {}

  /// The same for those who may wait behind all others.
  static int of(double work, boolean behind) {
    return of(work) + (behind ? BEHIND : 0);
  }

  /// Whether a lane's jobs wait behind those of all other lanes.
  public static boolean isBehind(int lane) {
    return lane >= BEHIND;
  }

  /// The lane of so much work, from 0.
  public static int of(double work) {
    return (int) Math.round(LANES_TO_DOUBLE * Math.log(Math.max(1, work)) / Math.log(2));
  }

  /// The work of a job in the middle of a lane.
  public static double work(int lane) {
    return Math.pow(2, lane % BEHIND / LANES_TO_DOUBLE);
  }
}
