package io.inkstream.cli.bench;

import java.lang.management.ManagementFactory;

/// What some work cost.
///
/// @param cpu processor seconds of the whole process, its compiler and collector included
/// @param wall seconds
public record Cost(double cpu, double wall) {
  /// No work.
  public static final Cost NONE = new Cost(0, 0);

  /// Does work once in this process.
  static Cost of(Runnable work) {
    return ofEach(1, work);
  }

  /// Does work some times in this process; the cost of one time.
  public static Cost ofEach(int times, Runnable work) {
    Cost before = soFar();
    for (int i = 0; i < times; i++) {
      work.run();
    }
    Cost all = soFar().less(before);
    return new Cost(all.cpu / times, all.wall / times);
  }

  /// What this process has used so far, since a moment of no meaning.
  static Cost soFar() {
    return new Cost(processCpuNanos() / 1e9, System.nanoTime() / 1e9);
  }

  Cost less(Cost other) {
    return new Cost(cpu - other.cpu, wall - other.wall);
  }

  private static long processCpuNanos() {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return ((com.sun.management.OperatingSystemMXBean) system).getProcessCpuTime();
  }
}
