package io.inkstream.server.jobstore;

/// Waiting jobs of about the same work stand in one lane, in order of arrival: whichever rule says
/// who is next by work and waiting, the next of a lane is its first. So a claim looks at the first
/// of each lane, some dozens, however many wait.
public final class Lane {
  // A lane's jobs are at most a fifth longer or shorter than its middle.
  private static final double LANES_TO_DOUBLE = 2;

  private Lane() {}

  /// The lane of so much work, from 0.
  public static int of(double work) {
    return (int) Math.round(LANES_TO_DOUBLE * Math.log(Math.max(1, work)) / Math.log(2));
  }

  /// The work of a job in the middle of a lane.
  public static double work(int lane) {
    return Math.pow(2, lane / LANES_TO_DOUBLE);
  }
}
